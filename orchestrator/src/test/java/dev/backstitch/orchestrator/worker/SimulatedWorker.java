package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.ActivityExecutor;
import dev.backstitch.orchestrator.activity.SimulatedActivities;
import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.checkpoint.CheckpointWriter;
import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.checkpoint.SimulatedLane;
import dev.backstitch.orchestrator.database.DatabaseClock;
import dev.backstitch.orchestrator.database.SimulatedClock;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunIdGenerator;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.simulation.SimulatedExecutor;
import dev.backstitch.orchestrator.simulation.SimulatedProcess;
import dev.backstitch.orchestrator.simulation.Simulation;
import dev.backstitch.orchestrator.timer.SimulatedTimers;
import dev.backstitch.orchestrator.timer.TimerService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A worker of real parts (loaded runs, replay, lane, timers, activity executor, clock, ids), put
/// together as [Worker] does it; what [Worker], [Claimer], the lease and the failure detector do on
/// threads of their own is done here by repeated requests to the simulated database.
final class SimulatedWorker {
  static final Duration LEASE = Duration.ofSeconds(2);
  static final ValueCodec CODEC = new ValueCodec();
  private static final Duration BEAT = Duration.ofMillis(500);
  private static final Duration DETECT = Duration.ofMillis(400);
  private static final Duration CLAIM = Duration.ofMillis(100);
  private static final Duration READ = Duration.ofMillis(120);
  private static final int PAGE = 3;
  private static final Duration EVICT = Duration.ofMillis(300);
  private static final List<String> WORKFLOWS = List.of(SimulatedProgram.NAME);

  private final Simulation simulation;
  private final SimulatedDatabase database;
  private final SimulatedLane.Network network;
  private final SimulatedProcess process;
  private final Witness witness;
  private final long id;
  private final DatabaseClock clock;
  private final RunIdGenerator ids;
  private final RunCache cache = new RunCache();
  private final RunServices services;
  private final CheckpointWriter lane;
  private boolean lost;
  private boolean draining;
  private boolean claimInDoubt;
  private boolean loadsAtOnce;
  private long claims;
  private long readings;
  private final Set<RunId> stillHere = new TreeSet<>();

  SimulatedWorker(
      Simulation simulation,
      SimulatedDatabase database,
      SimulatedLane.Network network,
      Catalog catalog,
      Witness witness) {
    this.simulation = simulation;
    this.database = database;
    this.network = network;
    this.witness = witness;
    this.process = new SimulatedProcess(simulation);
    this.id = database.register(LEASE);
    this.clock = SimulatedClock.on(simulation.now(), simulation::nanoTime);
    this.ids = new RunIdGenerator(clock, id);
    TimerService timers =
        SimulatedTimers.on(clock, new SimulatedExecutor(simulation, process, false));
    ActivityExecutor activities =
        new SimulatedActivities(
                new SimulatedExecutor(simulation, process, true), simulation.chance()::nextDouble)
            .on(clock, timers, CODEC);
    this.lane = new SimulatedLane(simulation, process, network).of(database, id, this::lose);
    this.services =
        new RunServices(
            catalog,
            CODEC,
            clock,
            timers,
            activities,
            turns(),
            checkpoint -> lane.submit(witness.watched(id, checkpoint)),
            cache::remove,
            new Unobserved());
  }

  /// The outcome of an attempt is looked at in the same moment, or a little later: a real turn
  /// takes its time, too, and what comes meanwhile is behind it.
  private Mailbox.Turns turns() {
    SimulatedExecutor later = new SimulatedExecutor(simulation, process, false);
    Executor here =
        turn -> {
          if (simulation.isClosed() || simulation.chance().nextBoolean()) {
            later.execute(turn);
          } else {
            turn.run();
          }
        };
    return new Mailbox.Turns(later, here);
  }

  private static final class Unobserved implements RunObserver {
    @Override
    public void recorded(RunId run) {}

    @Override
    public void left(RunId run) {}

    @Override
    public void ended(RunId run, Event closing) {}
  }

  long id() {
    return id;
  }

  SimulatedProcess process() {
    return process;
  }

  /// Whether it is of no use any more although its process lives.
  boolean isLost() {
    return lost;
  }

  boolean serves() {
    return process.runs() && !lost && !draining;
  }

  /// Makes it wrong on purpose: [Claimer] says what follows.
  void loadWhatIsStillInMemory() {
    loadsAtOnce = true;
  }

  /// Lets it deliver posts.
  void deliver(SimulatedCluster.Flaw flaw) {
    SimulatedCouriers couriers =
        new SimulatedCouriers(simulation, process, network, database, services.catalog());
    couriers.start(id, () -> !lost && !draining, flaw);
  }

  void start() {
    lane.start();
    repeat(BEAT, this::beat);
    repeat(DETECT, this::detect);
    repeat(CLAIM, this::claim);
    repeat(READ, this::read);
    repeat(EVICT, this::evict);
  }

  /// As [Worker#start].
  CompletableFuture<StartResult> start(Event.RunStarted event) {
    LoadedRun run = new LoadedRun(ids.next(), "default", services);
    cache.add(run);
    run.deliver(new Fact.Begun(new NewRun(event, "default", 5)));
    return run.started();
  }

  /// Stops in good order: parks every run, ends its registration, and is gone.
  void drain() {
    draining = true;
    cache.all().forEach(run -> run.deliver(new Fact.ParkNow()));
    awaitEmpty(100);
  }

  private void awaitEmpty(int patience) {
    simulation.after(
        Duration.ofMillis(50),
        process,
        () -> {
          if (cache.size() > 0 && patience > 0) {
            awaitEmpty(patience - 1);
          } else {
            database.end(id);
            kill();
          }
        });
  }

  void kill() {
    process.kill();
    database.cutSession(id);
  }

  /// Ends what its runs have on threads.
  void close() {
    cache.all().forEach(LoadedRun::drop);
  }

  private void repeat(Duration interval, Runnable what) {
    Duration next = interval.plus(simulation.within(interval.dividedBy(4)));
    simulation.after(
        next,
        process,
        () -> {
          if (!lost) {
            what.run();
            repeat(interval, what);
          }
        });
  }

  /// A request to the database on a connection from the pool. An answer that is lost is not heard.
  private <T> void request(Supplier<T> ask, Consumer<T> heard) {
    if (network.losesRequest()) {
      return;
    }
    simulation.after(
        simulation.within(Duration.ofMillis(3)),
        null,
        () -> {
          T answer = ask.get();
          if (!network.losesAnswer()) {
            simulation.after(
                simulation.within(Duration.ofMillis(3)), process, () -> heard.accept(answer));
          }
        });
  }

  private void beat() {
    request(() -> database.beat(id), now -> now.ifPresentOrElse(clock::anchor, this::lose));
  }

  private void detect() {
    request(
        () -> database.silent(id),
        silent ->
            silent.forEach(other ->
                request(
                    () -> database.takeOver(other, id),
                    freed ->
                        freed.ifPresent(runs -> {
                          witness.takeover();
                          simulation.tell(id + " takes over " + runs + " runs of " + other);
                        }))));
  }

  /// One thing at a time, as [Claimer] does: an answer that comes behind the next beginning is not
  /// heard.
  private void claim() {
    if (draining) {
      return;
    }
    claims++;
    Set<RunId> gone = new TreeSet<>(stillHere);
    gone.removeIf(cache::has);
    if (claimInDoubt) {
      hear(
          () -> database.owned(id),
          owned -> {
            // Looked at before the second question, as Claimer does.
            Set<RunId> unheard = new TreeSet<>(owned);
            owned.stream().filter(cache::has).forEach(stillHere::add);
            unheard.removeIf(cache::has);
            hear(
                () -> database.owned(id),
                still -> loadAll(both(unheard, still), this::claimsAreHeard));
          });
    } else if (!gone.isEmpty()) {
      // Claimed before they had left memory.
      hear(
          () -> database.owned(id),
          owned -> loadAll(both(gone, owned), () -> stillHere.removeAll(gone)));
    } else {
      claimInDoubt = true;
      hear(() -> database.claim(id, WORKFLOWS, 4), this::claimed);
    }
  }

  private void claimed(List<RunId> runs) {
    List<RunId> fresh = new ArrayList<>();
    for (RunId run : runs) {
      if (cache.has(run) && !loadsAtOnce) {
        stillHere.add(run);
      } else {
        stillHere.remove(run);
        fresh.add(run);
      }
    }
    loadAll(fresh, this::claimsAreHeard);
  }

  private static List<RunId> both(Set<RunId> some, List<RunId> others) {
    return others.stream().filter(some::contains).toList();
  }

  private void claimsAreHeard() {
    claimInDoubt = false;
  }

  /// What waits for them is addressed to this worker before they are loaded.
  private void loadAll(List<RunId> runs, Runnable then) {
    if (runs.isEmpty()) {
      then.run();
      return;
    }
    hear(
        () -> database.inbox().address(id, runs),
        _ -> {
          runs.forEach(this::load);
          then.run();
        });
  }

  private <T> void hear(Supplier<T> ask, Consumer<T> heard) {
    long asked = claims;
    request(
        ask,
        answer -> {
          if (asked == claims) {
            heard.accept(answer);
          }
        });
  }

  /// One reading of the inbox, in pages.
  ///
  /// @param began by the clock by which [LoadedRun] knows when it was loaded
  private record Reading(long number, long began, Set<RunId> closed) {}

  /// As [InboxReader] does: what is answered when the next reading has begun is not heard.
  private void read() {
    readPage(new Reading(++readings, System.nanoTime(), new TreeSet<>()), 0);
  }

  private void readPage(Reading reading, long after) {
    request(
        () -> database.inbox().read(id, after, PAGE),
        page -> {
          if (reading.number() != readings) {
            return;
          }
          InboxReader.offer(cache, page, reading.began(), reading.closed());
          if (page.size() == PAGE) {
            readPage(reading, page.getLast().messageId());
          } else if (!reading.closed().isEmpty()) {
            request(() -> layAside(reading.closed()), _ -> {});
          }
        });
  }

  private int layAside(Set<RunId> closed) {
    database.inbox().layAside(id, closed);
    return closed.size();
  }

  private void load(RunId run) {
    simulation.tell(id + " loads run " + run);
    LoadedRun loaded = new LoadedRun(run, "default", services);
    cache.add(loaded);
    loaded.deliver(new Fact.Claimed(database.history(run)));
    if (lost) {
      loaded.drop();
    }
  }

  private void evict() {
    List<LoadedRun> idle = cache.all().stream().filter(LoadedRun::isIdle).toList();
    if (!idle.isEmpty() && simulation.chance().nextBoolean()) {
      idle.get(simulation.chance().nextInt(idle.size())).deliver(new Fact.ParkIfIdle());
    }
  }

  private void lose() {
    if (!lost) {
      lost = true;
      simulation.tell(id + " has lost its lease");
      for (LoadedRun run : cache.all()) {
        cache.remove(run);
        run.drop();
      }
    }
  }
}
