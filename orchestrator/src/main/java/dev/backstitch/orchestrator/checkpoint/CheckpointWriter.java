package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.database.SqlState;
import dev.backstitch.orchestrator.run.RunId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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

  private final DatabaseAddress database;
  private final CheckpointStore store;
  private final int maxBatch;
  private final Runnable whenFenced;
  private final String name;
  private final LongAdder flushes = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final BlockingQueue<Checkpoint> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private @Nullable Connection connection;
  private volatile boolean stopping;
  private volatile boolean fenced;
  private volatile @Nullable String trouble;

  /// @param maxBatch the most checkpoints in one flush
  /// @param whenFenced called once, when others have taken this worker's runs
  public CheckpointWriter(
      DatabaseAddress database, LaneIdentity identity, int maxBatch, Runnable whenFenced) {
    this.database = database;
    this.store =
        new CheckpointStore(
            identity.workerId(), identity.lane(), identity.build(), identity.largePayloadBytes());
    this.maxBatch = maxBatch;
    this.whenFenced = whenFenced;
    this.name = "lane-" + identity.lane();
    this.thread = Thread.ofPlatform().name(name).unstarted(this::work);
  }

  /// Whose lane it is.
  ///
  /// @param largePayloadBytes events above this size go to the payload table
  public record LaneIdentity(long workerId, int lane, String build, int largePayloadBytes) {}

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

  /// Why the database can't be written at this moment, if it can't.
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /// Writes what is queued, within a bound, and ends.
  public void close(Duration patience) {
    stopping = true;
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
      while (!fenced && !(stopping && queue.isEmpty())) {
        batch.clear();
        Checkpoint first = queue.poll(50, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, maxBatch - 1);
          flush(batch);
        }
      }
    } catch (InterruptedException e) {
      // Asked to give up by close(): what is queued stays undone, which a restart repairs.
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
      queue.clear();
    }
  }

  /// Writes a batch, whatever it takes. Halves it when the server refuses it.
  private void flush(List<Checkpoint> batch) throws InterruptedException {
    Duration delay = FIRST_RETRY;
    boolean inDoubt = false;
    while (!fenced) {
      try {
        if (inDoubt) {
          switch (store.settle(connected(), batch)) {
            case CheckpointStore.Settled.Landed landed -> {
              acknowledge(batch, landed.lost());
              return;
            }
            case CheckpointStore.Settled.Missing _ -> inDoubt = false;
            case CheckpointStore.Settled.Fenced _ -> {
              fence();
              return;
            }
          }
        }
        acknowledge(batch, store.write(connected(), batch));
        return;
      } catch (SQLException e) {
        switch (SqlState.of(e)) {
          case FENCED -> fence();
          case REFUSED -> {
            split(batch, e);
            return;
          }
          case PASSING -> {
            trouble = e.getMessage();
            log.warn(
                "event=flush_delayed lane={} sqlstate={} retry_ms={} reason=\"{}\"",
                name,
                e.getSQLState(),
                delay.toMillis(),
                e.getMessage());
            inDoubt = true;
            disconnect();
            Thread.sleep(delay);
            delay =
                delay.multipliedBy(2).compareTo(LAST_RETRY) < 0
                    ? delay.multipliedBy(2)
                    : LAST_RETRY;
          }
        }
      }
    }
  }

  private void split(List<Checkpoint> batch, SQLException refusal) throws InterruptedException {
    if (batch.size() == 1) {
      Checkpoint offender = batch.getFirst();
      log.error(
          "event=checkpoint_refused run={} sqlstate={} reason=\"{}\"",
          offender.runId(),
          refusal.getSQLState(),
          refusal.getMessage());
      offender
          .listener()
          .refused(
              "BST-RUN-002: the database refuses this run's rows (SQLSTATE "
                  + refusal.getSQLState()
                  + "): "
                  + refusal.getMessage());
      return;
    }
    int half = batch.size() / 2;
    flush(List.copyOf(batch.subList(0, half)));
    flush(List.copyOf(batch.subList(half, batch.size())));
  }

  private void acknowledge(List<Checkpoint> batch, Map<RunId, Optional<RunId>> lost) {
    trouble = null;
    flushes.increment();
    for (Checkpoint checkpoint : batch) {
      Optional<RunId> holder = lost.get(checkpoint.runId());
      if (holder != null) {
        checkpoint.listener().lost(holder);
      } else {
        events.add(checkpoint.events().size());
        checkpoint.listener().durable();
      }
    }
  }

  private void fence() {
    fenced = true;
    log.warn("event=fenced lane={}", name);
    whenFenced.run();
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect(name);
      connection = open;
      if (open.getMetaData().getDatabaseMajorVersion() >= 17) {
        // A lane frozen in the middle of a flush must not hold its fence row for ever.
        try (Statement statement = open.createStatement()) {
          statement.execute("set transaction_timeout = '30s'");
        }
      }
    }
    return open;
  }

  private void disconnect() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log.debug("event=close_failed lane={}", name, e);
      }
    }
  }
}
