package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The database in memory, as far as ownership and history go: what the checkpoint function and the
/// statements of claim and takeover do, each at one moment. [LaneStoreTest] holds it to what
/// PostgreSQL does.
///
/// Not safe for threads: simulations have one at a time.
public final class SimulatedDatabase {
  private final InstantSource clock;
  private final boolean checksFence;
  private final Map<Long, WorkerRow> workers = new TreeMap<>();
  private Map<RunId, RunRow> runs = new TreeMap<>();
  private Map<RunId, Map<Integer, HistoryRow>> history = new TreeMap<>();

  /// @param checksFence whether a flush looks for its fence row, as it must
  public SimulatedDatabase(InstantSource clock, boolean checksFence) {
    this.clock = clock;
    this.checksFence = checksFence;
  }

  private static final class WorkerRow {
    final Duration lease;
    Instant beatAt;
    boolean sessionOpen = true;
    boolean ended;

    WorkerRow(Duration lease, Instant beatAt) {
      this.lease = lease;
      this.beatAt = beatAt;
    }
  }

  /// A run's row. `wakeAt` is [Instant#MAX] for infinity.
  public record RunRow(
      String workflow,
      @Nullable String key,
      RunStatus status,
      @Nullable Long workerId,
      @Nullable Instant wakeAt,
      @Nullable String problem) {

    public boolean isClosed() {
      return status == RunStatus.COMPLETED || status == RunStatus.FAILED;
    }

    RunRow ownedBy(@Nullable Long newOwner, @Nullable Instant newWakeAt) {
      return new RunRow(workflow, key, status, newOwner, newWakeAt, problem);
    }
  }

  /// One event, and who wrote it.
  ///
  /// @param afterItsEnd whether that worker had been ended, which must never be
  public record HistoryRow(RecordedEvent event, long workerId, boolean afterItsEnd) {}

  // ------------------------------------------------------------------ leases

  public long register(Duration lease) {
    long id = workers.size() + 1L;
    workers.put(id, new WorkerRow(lease, clock.instant()));
    return id;
  }

  public Optional<Instant> beat(long workerId) {
    WorkerRow worker = row(workerId);
    if (worker.ended) {
      return Optional.empty();
    }
    worker.beatAt = clock.instant();
    return Optional.of(worker.beatAt);
  }

  /// The worker's process is gone, and its session with it.
  public void cutSession(long workerId) {
    row(workerId).sessionOpen = false;
  }

  public List<Long> silent(long self) {
    return workers.entrySet().stream()
        .filter(e -> e.getKey() != self && !e.getValue().ended)
        .filter(e ->
            !e.getValue().sessionOpen
                || e.getValue().beatAt.plus(e.getValue().lease).isBefore(clock.instant()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Sets its runs free and tells how many those were; empty if it had been ended before.
  public Optional<Integer> end(long workerId) {
    WorkerRow worker = row(workerId);
    if (worker.ended) {
      return Optional.empty();
    }
    worker.ended = true;
    List<RunId> owned = owned(workerId);
    owned.forEach(id -> runs.computeIfPresent(id, (_, r) -> r.ownedBy(null, clock.instant())));
    return Optional.of(owned.size());
  }

  private WorkerRow row(long workerId) {
    return Objects.requireNonNull(workers.get(workerId));
  }

  private boolean hasFence(long workerId) {
    WorkerRow worker = workers.get(workerId);
    return worker != null && !worker.ended;
  }

  // ------------------------------------------------------------------ claims and reads

  public List<RunId> claim(long workerId, List<String> workflows, int limit) {
    if (!hasFence(workerId)) {
      return List.of();
    }
    Instant now = clock.instant();
    List<RunId> due =
        runs.entrySet().stream()
            .filter(e -> isDue(e.getValue(), now) && workflows.contains(e.getValue().workflow()))
            .sorted(
                Comparator.comparing((Map.Entry<RunId, RunRow> e) -> e.getValue().wakeAt())
                    .thenComparing(Map.Entry::getKey))
            .limit(limit)
            .map(Map.Entry::getKey)
            .toList();
    due.forEach(id -> runs.computeIfPresent(id, (_, r) -> r.ownedBy(workerId, null)));
    return due;
  }

  private static boolean isDue(RunRow run, Instant now) {
    return run.workerId() == null
        && run.status() == RunStatus.RUNNING
        && run.wakeAt() != null
        && !run.wakeAt().isAfter(now);
  }

  public List<RunId> owned(long workerId) {
    return runs.entrySet().stream()
        .filter(e -> Objects.equals(e.getValue().workerId(), workerId))
        .map(Map.Entry::getKey)
        .toList();
  }

  public Map<RunId, RunRow> runs() {
    return Map.copyOf(runs);
  }

  public List<HistoryRow> rows(RunId id) {
    return List.copyOf(history.getOrDefault(id, Map.of()).values());
  }

  public List<RecordedEvent> history(RunId id) {
    return rows(id).stream().map(HistoryRow::event).toList();
  }

  // ------------------------------------------------------------------ the checkpoint

  /// As `backstitch.checkpoint_v2`: all of the batch, or nothing.
  Map<RunId, Optional<RunId>> write(long workerId, List<Checkpoint> batch) throws SQLException {
    if (checksFence && !hasFence(workerId)) {
      throw new SQLException("no fence row", "BS001");
    }
    Map<RunId, RunRow> runsBefore = new TreeMap<>(runs);
    Map<RunId, Map<Integer, HistoryRow>> historyBefore = new TreeMap<>();
    history.forEach((id, rows) -> historyBefore.put(id, new TreeMap<>(rows)));
    try {
      Set<RunId> lost = start(workerId, batch);
      List<Checkpoint> kept = batch.stream().filter(c -> !lost.contains(c.runId())).toList();
      append(workerId, kept);
      change(workerId, kept, RunChange.Closed.class);
      change(workerId, kept, RunChange.Parked.class);
      change(workerId, kept, RunChange.Stuck.class);
      return losers(batch, lost::contains);
    } catch (SQLException e) {
      runs = runsBefore;
      history = historyBefore;
      throw e;
    }
  }

  private Set<RunId> start(long workerId, List<Checkpoint> batch) throws SQLException {
    Set<RunId> lost = new HashSet<>();
    for (Checkpoint checkpoint : starts(batch)) {
      Checkpoint.Start start = Objects.requireNonNull(checkpoint.start());
      if (runs.containsKey(checkpoint.runId())) {
        throw new SQLException("run id twice", "23505");
      }
      if (start.key() != null && holder(start).isPresent()) {
        lost.add(checkpoint.runId());
      } else {
        runs.put(
            checkpoint.runId(),
            new RunRow(start.workflow(), start.key(), RunStatus.RUNNING, workerId, null, null));
      }
    }
    return lost;
  }

  private static List<Checkpoint> starts(List<Checkpoint> batch) {
    return batch.stream().filter(c -> c.start() != null).toList();
  }

  private Optional<RunId> holder(Checkpoint.Start start) {
    return runs.entrySet().stream()
        .filter(e -> !e.getValue().isClosed() && e.getValue().workflow().equals(start.workflow()))
        .filter(e -> start.key() != null && start.key().equals(e.getValue().key()))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private void append(long workerId, List<Checkpoint> batch) throws SQLException {
    for (Checkpoint checkpoint : batch) {
      Map<Integer, HistoryRow> rows =
          history.computeIfAbsent(checkpoint.runId(), _ -> new TreeMap<>());
      for (RecordedEvent event : checkpoint.events()) {
        HistoryRow row = new HistoryRow(written(event), workerId, !hasFence(workerId));
        if (rows.putIfAbsent(event.seq(), row) != null) {
          throw new SQLException("seq twice", "23505");
        }
      }
    }
  }

  /// What is read is not what was written, but what the codec makes of it.
  private static RecordedEvent written(RecordedEvent event) {
    return new RecordedEvent(
        event.runId(),
        event.seq(),
        event.at(),
        EventCodec.decode(event.event().type(), EventCodec.encode(event.event())));
  }

  private <T extends RunChange> void change(long workerId, List<Checkpoint> batch, Class<T> kind)
      throws SQLException {
    Map<RunId, T> asked = new LinkedHashMap<>();
    List<Checkpoint> changing = batch.stream().filter(c -> kind.isInstance(c.change())).toList();
    changing.forEach(c -> asked.put(c.runId(), kind.cast(c.change())));
    int touched = 0;
    for (Map.Entry<RunId, T> change : asked.entrySet()) {
      RunRow run = runs.get(change.getKey());
      if (run != null && !run.isClosed() && Objects.equals(run.workerId(), workerId)) {
        runs.put(change.getKey(), changed(run, change.getValue()));
        touched++;
      }
    }
    if (touched != changing.size()) {
      throw new SQLException(touched + " of " + changing.size() + " touched", "BS003");
    }
  }

  private static RunRow changed(RunRow run, RunChange change) {
    return switch (change) {
      case RunChange.None _ -> run;
      case RunChange.Closed(RunStatus status, Instant _) ->
          new RunRow(run.workflow(), run.key(), status, null, null, run.problem());
      case RunChange.Parked(var wakeAt) -> run.ownedBy(null, wakeAt == null ? Instant.MAX : wakeAt);
      case RunChange.Stuck(String problem) ->
          new RunRow(run.workflow(), run.key(), RunStatus.STUCK, null, Instant.MAX, problem);
    };
  }

  private Map<RunId, Optional<RunId>> losers(List<Checkpoint> batch, Predicate<RunId> lost) {
    Map<RunId, Optional<RunId>> losers = new HashMap<>();
    starts(batch).stream()
        .filter(c -> lost.test(c.runId()))
        .forEach(c -> losers.put(c.runId(), holder(Objects.requireNonNull(c.start()))));
    return losers;
  }

  CheckpointStore.Settled settle(long workerId, List<Checkpoint> batch) {
    if (checksFence && !hasFence(workerId)) {
      return new CheckpointStore.Settled.Fenced();
    }
    boolean landed = batch.stream().anyMatch(checkpoint -> hasLanded(workerId, checkpoint));
    return landed
        ? new CheckpointStore.Settled.Landed(losers(batch, id -> !runs.containsKey(id)))
        : new CheckpointStore.Settled.Missing();
  }

  private boolean hasLanded(long workerId, Checkpoint checkpoint) {
    if (checkpoint.events().isEmpty()) {
      RunRow run = runs.get(checkpoint.runId());
      return run != null && !Objects.equals(run.workerId(), workerId);
    }
    int seq = checkpoint.events().getFirst().seq();
    HistoryRow row = history.getOrDefault(checkpoint.runId(), Map.of()).get(seq);
    return row != null && row.workerId() == workerId;
  }

  /// A lane of the worker without a network in between.
  LaneStore lane(long workerId) {
    return new LaneStore() {
      @Override
      public Map<RunId, Optional<RunId>> write(List<Checkpoint> batch) throws SQLException {
        return SimulatedDatabase.this.write(workerId, batch);
      }

      @Override
      public CheckpointStore.Settled settle(List<Checkpoint> batch) {
        return SimulatedDatabase.this.settle(workerId, batch);
      }

      @Override
      public void disconnect() {}
    };
  }

  /// Every event that a worker wrote after others had ended it.
  public Stream<HistoryRow> writtenByTheDead() {
    return history.values().stream()
        .flatMap(rows -> rows.values().stream())
        .filter(HistoryRow::afterItsEnd);
  }
}
