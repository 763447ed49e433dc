package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.ActivityExecutor;
import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.checkpoint.Checkpoint;
import dev.backstitch.orchestrator.checkpoint.CheckpointWriter;
import dev.backstitch.orchestrator.checkpoint.LaneMetrics;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.inbox.InboxStore;
import dev.backstitch.orchestrator.lease.FailureDetector;
import dev.backstitch.orchestrator.lease.Peer;
import dev.backstitch.orchestrator.lease.WorkerLease;
import dev.backstitch.orchestrator.outbox.Deliverer;
import dev.backstitch.orchestrator.quota.QuotaLedger;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunIdGenerator;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.timer.TimerService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One registration of this process as a worker, and everything that lives and dies with it.
///
/// When others take over, it drops all it has and is of no further use; the orchestrator then makes
/// a new one. Safe for any thread.
public final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration UPKEEP_INTERVAL = Duration.ofHours(6);
  private static final Duration UNSTICK_INTERVAL = Duration.ofMinutes(1);
  private static final Duration EVICTION_INTERVAL = Duration.ofMillis(200);

  private static final Duration BALANCE_INTERVAL = Duration.ofSeconds(2);

  /// How long the parking of what did not end in time may take.
  private static final Duration PARKING = Duration.ofSeconds(5);

  private final OrchestratorConfig config;
  private final Jdbi jdbi;
  private final WorkerLease lease;
  private final RunIdGenerator ids;
  private final List<CheckpointWriter> lanes;
  private final TimerService timers;
  private final ActivityExecutor activities;
  private final RunCache cache = new RunCache();
  private final Map<String, QueueLimits> queues;
  private final StartsForOthers startsForOthers = new StartsForOthers(this::submit);
  private final RunServices services;
  private final Claimer claimer;
  private final InboxReader inbox;
  private final Deliverer deliverer;
  private final FailureDetector detector;
  private final ExecutorService turns =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("turn-", 0).factory());
  private final AtomicBoolean lost = new AtomicBoolean();
  private final LongAdder started = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private volatile @Nullable Runnable whenLost;
  private volatile boolean stopping;
  private volatile Duration patience = Duration.ZERO;

  /// What a worker works with.
  ///
  /// @param jdbi the pool for everything but lanes and the session
  /// @param observer told when something of a run has become durable
  public record Surroundings(
      DatabaseAddress database,
      Jdbi jdbi,
      Catalog catalog,
      ValueCodec codec,
      RunObserver observer) {}

  /// Registers a new worker. It does nothing yet.
  ///
  /// @throws JdbiException if the database can't be reached
  public static Worker register(OrchestratorConfig config, Surroundings surroundings) {
    WorkerLease.Terms terms =
        new WorkerLease.Terms(
            config.build(),
            config.lease(),
            config.heartbeat(),
            config.lanes(),
            config.queues().stream().map(QueueLimits::name).toList());
    return new Worker(config, surroundings, WorkerLease.acquire(surroundings.database(), terms));
  }

  private Worker(OrchestratorConfig config, Surroundings surroundings, WorkerLease lease) {
    DatabaseAddress database = surroundings.database();
    ValueCodec codec = surroundings.codec();
    this.config = config;
    this.jdbi = surroundings.jdbi();
    this.lease = lease;
    this.ids = new RunIdGenerator(lease.clock(), lease.workerId());
    this.timers = new TimerService(lease.clock());
    QuotaLedger quota = QuotaLedger.ofWorker(lease.workerId(), surroundings.jdbi(), lease.clock());
    this.activities =
        new ActivityExecutor(
            lease.clock(), timers, codec, new ActivityExecutor.Gates(lease::isCurrent, quota));
    this.lanes =
        IntStream.range(0, config.lanes()).mapToObj(lane -> newLane(database, lane)).toList();
    this.queues =
        config.queues().stream()
            .collect(Collectors.toUnmodifiableMap(QueueLimits::name, Function.identity()));
    this.services =
        new RunServices(
            surroundings.catalog(),
            codec,
            lease.clock(),
            timers,
            activities,
            new Mailbox.Turns(turns, Runnable::run),
            this::submit,
            cache::remove,
            surroundings.observer());
    this.inbox =
        new InboxReader(
            lease.workerId(),
            config.inbox(),
            config.inbox().hints() ? Jdbi.create(() -> database.connect("inbox")) : jdbi,
            cache);
    this.deliverer =
        new Deliverer(
            config.outbox(),
            jdbi,
            surroundings.catalog(),
            lease.workerId(),
            new Deliverer.Gates(lease::isCurrent, quota, lease.clock()));
    this.claimer =
        new Claimer(
            jdbi,
            lease.workerId(),
            new Claimer.Limits(
                surroundings.catalog().workflowNames(),
                config.claimInterval(),
                config.claimBatch(),
                config.historyLength()),
            this::appetite,
            cache::has,
            this::load,
            this::hintAtMessages);
    this.detector =
        new FailureDetector(
            jdbi,
            lease,
            new FailureDetector.Habits(config.detectInterval(), config.outageGrace()),
            claimer::lookNow);
  }

  /// Begins to work.
  ///
  /// @param lossListener called once if others take over
  public void start(Runnable lossListener) {
    whenLost = lossListener;
    unstick();
    lanes.forEach(CheckpointWriter::start);
    lease.start(this::load, this::lose);
    detector.start();
    claimer.start();
    inbox.start();
    deliverer.start();
    every(UPKEEP_INTERVAL, "upkeep", this::upkeep);
    every(UNSTICK_INTERVAL, "unstick", this::unstick);
    every(EVICTION_INTERVAL, "eviction", this::evict);
    every(BALANCE_INTERVAL, "balance", this::balance);
  }

  /// The id of this registration.
  public long workerId() {
    return lease.workerId();
  }

  /// Starts a run; the future completes when it is durable.
  ///
  /// @return completes exceptionally with [KeyContendedException] or
  ///   [dev.backstitch.orchestrator.lease.LeaseLostException], after which it may be asked again
  public CompletableFuture<StartResult> start(NewRun start) {
    RunId id = ids.next();
    QueueLimits served = queues.get(start.queue());
    if (served == null || cache.room(served) <= 0) {
      started.increment();
      return startsForOthers.start(id, start, lease.clock().instant());
    }
    LoadedRun run = new LoadedRun(id, start.queue(), services);
    cache.add(run);
    // Looked at behind the adding: who loses the lease or stops after this finds it in the cache.
    if (lost.get() || stopping) {
      cache.remove(run);
      run.drop();
    } else {
      started.increment();
      run.deliver(new Fact.Begun(start));
    }
    return run.started();
  }

  /// Starts a run in the caller's transaction, for whichever worker has room. Fails with BS001 if
  /// others have taken over.
  public StartResult startIn(Handle handle, NewRun start) {
    RunId id = ids.next();
    StartStore.Writer writer = new StartStore.Writer(lease.workerId(), config.build());
    return StartStore.start(handle, writer, id, start)
        .<StartResult>map(StartResult.AlreadyOpen::new)
        .orElseGet(() -> new StartResult.Started(id));
  }

  /// Looks for runs at once: somebody has started one for whoever has room.
  public void lookNow() {
    claimer.lookNow();
  }

  /// Whether the run is in this worker's memory, so that its observer will hear of every change.
  public boolean has(RunId id) {
    return cache.has(id);
  }

  /// Why this worker can't write at this moment, if it can't.
  public Optional<String> trouble() {
    if (lost.get()) {
      return Optional.of("the worker lost its lease and is being replaced");
    }
    return lanes.stream().flatMap(lane -> lane.trouble().stream()).findFirst();
  }

  /// Counters and gauges.
  public EngineMetrics metrics() {
    return new EngineMetrics(
        started.sum(),
        closed.sum(),
        lanes.stream().mapToLong(CheckpointWriter::events).sum(),
        lanes.stream().mapToLong(CheckpointWriter::flushes).sum(),
        cache.hits(),
        cache.misses(),
        claimer.eventsReplayed(),
        activities.attempts(),
        activities.failures(),
        cache.size(),
        activities.inFlight(),
        lanes.stream().mapToInt(CheckpointWriter::queued).sum(),
        lanes.stream()
            .map(CheckpointWriter::metrics)
            .reduce(LaneMetrics.none(), LaneMetrics::plus));
  }

  /// Stops: claims and launches nothing more, lets activities that run end within the bound of the
  /// configuration, hands every run over as soon as it can go, and ends the registration. Nothing
  /// durable is lost, and what ended in time is not repeated.
  @Override
  public void close() {
    stopping = true;
    claimer.close();
    detector.close();
    if (!lost.get()) {
      claimer.releaseUnloaded();
      activities.beginNothing();
      cache.all().forEach(run -> run.deliver(new Fact.HandOver()));
      awaitEmptyCache(config.drain());
      cache.all().forEach(run -> run.deliver(new Fact.ParkNow()));
      awaitEmptyCache(PARKING);
    }
    // Not earlier: the runs wait for nobody, and a run that leaves takes no more messages anyway.
    inbox.close();
    deliverer.close(lost.get() ? Duration.ZERO : config.drain());
    activities.close(Duration.ofSeconds(1));
    lanes.forEach(lane -> lane.close(Duration.ofSeconds(5)));
    lease.close();
    dropEverything();
    timers.close();
    awaitTurns();
  }

  private CheckpointWriter newLane(DatabaseAddress database, int lane) {
    return new CheckpointWriter(
        database,
        new CheckpointWriter.LaneIdentity(
            lease.workerId(), lane, config.build(), config.largePayloadBytes()),
        config.flushSize(),
        this::lose);
  }

  private void submit(Checkpoint checkpoint) {
    cache.countHit();
    deliverer.heed(checkpoint.events());
    if (checkpoint.change() instanceof Checkpoint.RunChange.Closed) {
      closed.increment();
    }
    // Mixed, because the low bits of ids are alike unless many runs start in one millisecond.
    long mixed = checkpoint.runId().value() * 0x9E3779B97F4A7C15L;
    lanes.get((int) ((mixed >>> 33) % lanes.size())).submit(checkpoint);
  }

  private Map<String, Integer> rooms() {
    Map<String, Integer> rooms = new HashMap<>();
    queues.values().forEach(queue -> rooms.put(queue.name(), cache.room(queue)));
    return rooms;
  }

  private Appetite appetite() {
    return new Appetite(rooms(), patience);
  }

  private WorkerLease.Load load() {
    int room = rooms().values().stream().mapToInt(free -> Math.max(0, free)).sum();
    return new WorkerLease.Load(cache.size(), stopping ? 0 : room);
  }

  private void balance() {
    OptionalInt fewest =
        lease.peers().stream()
            .filter(peer -> peer.room() > 0 && peer.canServe(config.build(), queues.keySet()))
            .mapToInt(Peer::runs)
            .min();
    int mine = cache.size();
    patience = Balance.patience(mine, fewest);
    int excess = Balance.excess(mine, fewest);
    if (excess > 0) {
      log.info("event=runs_handed_over worker={} runs={} of={}", workerId(), excess, mine);
      cache.quietest(excess).forEach(run -> run.deliver(new Fact.ParkIfIdle()));
    }
  }

  private void load(ClaimStore.Claim claim, Fact claimed) {
    cache.countMiss();
    LoadedRun run = new LoadedRun(claim.runId(), claim.queue(), services);
    cache.add(run);
    run.deliver(claimed);
    if (lost.get()) {
      run.drop();
    }
  }

  /// Messages wait for runs that have just come into memory. Without hints they are found soon,
  /// too.
  private void hintAtMessages() {
    if (config.inbox().hints()) {
      jdbi.useHandle(handle -> InboxStore.hint(handle, workerId()));
    }
  }

  private void lose() {
    if (lost.compareAndSet(false, true) && !stopping) {
      dropEverything();
      Runnable listener = whenLost;
      if (listener != null) {
        listener.run();
      }
    }
  }

  private void dropEverything() {
    startsForOthers.drop();
    for (LoadedRun run : cache.all()) {
      cache.remove(run);
      run.drop();
    }
  }

  private void upkeep() {
    int made =
        jdbi.inTransaction(handle -> ClaimStore.makePartitions(handle, config.partitionWeeks()));
    if (made > 0) {
      log.info("event=partitions_made count={}", made);
    }
  }

  /// Again and again, since a worker of another build may have been the one they are stuck on.
  private void unstick() {
    int unstuck =
        jdbi.inTransaction(handle ->
            ClaimStore.unstick(handle, config.build(), services.catalog().workflowNames()));
    if (unstuck > 0) {
      log.info("event=stuck_runs_retried runs={} build={}", unstuck, config.build());
    }
  }

  private void evict() {
    for (QueueLimits queue : queues.values()) {
      cache.quietestAbove(queue).forEach(run -> run.deliver(new Fact.ParkIfIdle()));
    }
  }

  /// Does something now and then until the worker ends, whatever becomes of one time. On threads of
  /// their own: none of it may make timers late.
  private void every(Duration interval, String name, Runnable action) {
    if (stopping || lost.get()) {
      return;
    }
    try {
      action.run();
    } catch (JdbiException e) {
      log.warn("event={}_skipped worker={} reason=\"{}\"", name, workerId(), e.getMessage());
    } catch (RuntimeException e) {
      log.error("event={}_broken worker={}", name, workerId(), e);
    }
    timers.at(
        lease.clock().instant().plus(interval),
        () -> Thread.startVirtualThread(() -> every(interval, name, action)));
  }

  /// Bounded, because a workflow that blocks its own turn can't be ended. One that does so on the
  /// thread of an attempt is waited for, and left, with the attempts.
  private void awaitTurns() {
    turns.shutdown();
    try {
      if (!turns.awaitTermination(1, TimeUnit.SECONDS)) {
        log.warn("event=turns_abandoned worker={}", workerId());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEmptyCache(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (cache.size() > 0 && System.nanoTime() < until && pause()) {
      // Each round only looks again.
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(5);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
