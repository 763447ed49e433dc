package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.database.SqlState;
import dev.backstitch.orchestrator.run.RunId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lane: one thread and one connection that make checkpoints durable, many at a time, in the
/// order in which they came.
///
/// [#submit] is safe for any thread; everything else belongs to the lane's thread.
public final class CheckpointWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CheckpointWriter.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(2);

  /// A flush of so many checkpoints releases runs that come back together.
  private static final int CROWD = 16;

  /// How long a lane waits for one more of a crowd, and how often in a row at the most.
  private static final Duration GLANCE = Duration.ofNanos(50_000);

  private static final int GLANCES = 8;

  private final LaneStore store;
  private final int maxBatch;
  private final Runnable whenFenced;
  private final String name;
  private final LongAdder flushes = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final LaneMeter meter = new LaneMeter();
  private final BlockingQueue<Checkpoint> queue;
  private final LaneLoop.Pause pause;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean fenced;
  private volatile @Nullable String trouble;

  /// @param maxBatch the most checkpoints in one flush
  /// @param whenFenced called once, when others have taken this worker's runs
  public CheckpointWriter(
      DatabaseAddress database, LaneIdentity identity, int maxBatch, Runnable whenFenced) {
    this(
        new LaneConnection(
            database,
            new CheckpointStore(identity),
            identity.name() + " of worker " + identity.workerId()),
        maxBatch,
        whenFenced,
        LaneLoop.onThread(identity.name()));
  }

  CheckpointWriter(LaneStore store, int maxBatch, Runnable whenFenced, LaneLoop loop) {
    this.store = store;
    this.name = loop.name();
    this.maxBatch = maxBatch;
    this.whenFenced = whenFenced;
    this.queue = loop.queue();
    this.pause = loop.pause();
    this.thread = loop.threads().newThread(this::work);
  }

  /// Whose lane it is.
  ///
  /// @param largePayloadBytes events above this size go to the payload table
  public record LaneIdentity(long workerId, int lane, String build, int largePayloadBytes) {
    private String name() {
      return "lane-" + lane;
    }
  }

  /// Begins to write.
  public void start() {
    thread.start();
  }

  /// Queues a checkpoint. Behind the fence it is dropped without a word: the worker is gone.
  public void submit(Checkpoint checkpoint) {
    queue.add(checkpoint);
  }

  /// How many checkpoints wait.
  public int queued() {
    return queue.size();
  }

  /// How many flushes were committed.
  public long flushes() {
    return flushes.sum();
  }

  /// How many events were committed.
  public long events() {
    return events.sum();
  }

  /// What the lane has spent its time on, and how much it wrote at once.
  public LaneMetrics metrics() {
    return meter.read();
  }

  /// Why the database can't be written at this moment, if it can't.
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /// Writes what is queued, within a bound, and ends.
  public void close(Duration patience) {
    stopping = true;
    if (!thread.isAlive()) {
      return;
    }
    try {
      if (!thread.join(patience)) {
        log.warn("event=lane_abandoned lane={} queued={} trouble={}", name, queued(), trouble);
        thread.interrupt();
        thread.join(Duration.ofSeconds(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }

  private void work() {
    List<Checkpoint> batch = new ArrayList<>();
    try {
      long idleFrom = System.nanoTime();
      while (!fenced && !(stopping && queue.isEmpty())) {
        boolean crowd = batch.size() >= CROWD;
        batch.clear();
        Checkpoint first = queue.poll(50, TimeUnit.MILLISECONDS);
        if (crowd && first != null) {
          gather();
        }
        long idleUntil = System.nanoTime();
        meter.waited(idleUntil - idleFrom);
        idleFrom = idleUntil;
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, maxBatch - 1);
          flush(batch, false);
          idleFrom = System.nanoTime();
          meter.worked(idleFrom - idleUntil);
        }
      }
    } catch (InterruptedException e) {
      // Asked to give up by close(): what is queued stays undone, which a restart repairs.
      Thread.currentThread().interrupt();
    } finally {
      store.disconnect();
      queue.clear();
    }
  }

  /// Waits while more come. Behind a flush of many, half of the runs have their next checkpoint
  /// queued and the other half were told just now: without this they would take turns for ever, in
  /// twice as many flushes.
  private void gather() throws InterruptedException {
    int seen = -1;
    for (int i = 0; i < GLANCES && queue.size() > seen; i++) {
      seen = queue.size();
      pause.take(GLANCE);
    }
  }

  /// Writes a batch, whatever it takes. Halves it when the server refuses it.
  ///
  /// @param repeated whether these rows have been sent before, in this batch or a larger one
  private void flush(List<Checkpoint> asked, boolean repeated) throws InterruptedException {
    // Asked here and not when they were queued: a flush just before may have changed the answer.
    List<Checkpoint> batch = asked.stream().filter(c -> !c.listener().withdrawn()).toList();
    boolean sentBefore = repeated;
    Duration delay = FIRST_RETRY;
    boolean inDoubt = false;
    while (!fenced && !batch.isEmpty()) {
      try {
        if (inDoubt && settled(batch)) {
          return;
        }
        inDoubt = false;
        acknowledge(batch, store.write(batch));
        return;
      } catch (SQLException e) {
        switch (SqlState.of(e)) {
          case FENCED -> fence();
          case REFUSED -> {
            if (!sentBefore || !settledQuietly(batch)) {
              split(batch, sentBefore, e);
            }
            return;
          }
          case PASSING -> {
            inDoubt = true;
            sentBefore = true;
            delay = waitFor(e, delay);
          }
        }
      } catch (UnwritableException e) {
        split(batch, sentBefore, new SQLException(e.getMessage(), "22000", e));
        return;
      }
    }
  }

  /// Looks what became of rows that were sent without an answer.
  ///
  /// @return whether that is the end of it; false if they must be written (again)
  private boolean settled(List<Checkpoint> batch) throws SQLException {
    return switch (store.settle(batch)) {
      case CheckpointStore.Settled.Landed landed -> {
        acknowledge(batch, landed.lost());
        yield true;
      }
      case CheckpointStore.Settled.Missing _ -> false;
      case CheckpointStore.Settled.Fenced _ -> {
        fence();
        yield true;
      }
    };
  }

  /// The server can have received the first sending later than our look at it, and so refuse the
  /// second as a duplicate: then the rows are there, and nobody is to blame.
  private boolean settledQuietly(List<Checkpoint> batch) throws InterruptedException {
    Duration delay = FIRST_RETRY;
    while (true) {
      try {
        return settled(batch);
      } catch (SQLException e) {
        delay = waitFor(e, delay);
      }
    }
  }

  /// @return how long to wait the next time
  private Duration waitFor(SQLException e, Duration delay) throws InterruptedException {
    trouble = e.getMessage();
    log.warn(
        "event=flush_delayed lane={} sqlstate={} retry_ms={} reason=\"{}\"",
        name,
        e.getSQLState(),
        delay.toMillis(),
        e.getMessage());
    store.disconnect();
    pause.take(delay);
    Duration doubled = delay.multipliedBy(2);
    return doubled.compareTo(LAST_RETRY) < 0 ? doubled : LAST_RETRY;
  }

  private void split(List<Checkpoint> batch, boolean sentBefore, SQLException refusal)
      throws InterruptedException {
    if (batch.size() == 1) {
      Checkpoint offender = batch.getFirst();
      // Whether that is a fault, its listener finds out: a run that was terminated is refused, too.
      log.info(
          "event=checkpoint_refused run={} sqlstate={}", offender.runId(), refusal.getSQLState());
      tell(
          offender,
          listener ->
              listener.refused(
                  "BST-RUN-002: the database refuses this run's rows (SQLSTATE "
                      + refusal.getSQLState()
                      + "): "
                      + refusal.getMessage()));
      return;
    }
    int half = batch.size() / 2;
    flush(batch.subList(0, half), sentBefore);
    flush(batch.subList(half, batch.size()), sentBefore);
  }

  private void acknowledge(List<Checkpoint> batch, Map<RunId, Optional<RunId>> lost) {
    trouble = null;
    flushes.increment();
    long answered = System.nanoTime();
    int appended = 0;
    for (Checkpoint checkpoint : batch) {
      if (!lost.containsKey(checkpoint.runId())) {
        appended += checkpoint.events().size();
      }
    }
    // Before anybody is told: who then looks finds it counted.
    events.add(appended);
    meter.flushed(batch.size(), appended);
    for (Checkpoint checkpoint : batch) {
      Optional<RunId> holder = lost.get(checkpoint.runId());
      tell(
          checkpoint,
          listener -> {
            if (holder == null) {
              listener.durable();
            } else {
              listener.lost(holder);
            }
          });
    }
    meter.told(System.nanoTime() - answered);
  }

  /// A listener that throws is a fault of its own run, and no reason to stop everybody's lane.
  private static void tell(Checkpoint checkpoint, Consumer<Checkpoint.Listener> news) {
    try {
      news.accept(checkpoint.listener());
    } catch (RuntimeException e) {
      log.error("event=checkpoint_listener_broken run={}", checkpoint.runId(), e);
    }
  }

  private void fence() {
    fenced = true;
    log.warn("event=fenced lane={}", name);
    whenFenced.run();
  }
}
