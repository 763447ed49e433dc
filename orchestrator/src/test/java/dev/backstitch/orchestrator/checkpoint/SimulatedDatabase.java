package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
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

/// The database in memory, as far as ownership, history, inbox and outbox go: what the checkpoint
/// function and the statements of claim, takeover and termination do, each at one moment.
/// [LaneStoreTest], [LaneLeaseTest], [LaneInboxTest] and [LaneOutboxTest] hold it to what
/// PostgreSQL does.
///
/// Not safe for threads: simulations have one at a time.
public final class SimulatedDatabase {
  /// Whose checkpoint a termination is.
  private static final long NOBODY = 0;

  /// For how long the runs of the dead are due when they are set free.
  private static final Duration OVERDUE = Duration.ofMinutes(1);

  private static final TreeMap<Integer, HistoryRow> NO_ROWS = new TreeMap<>();

  private final InstantSource clock;
  private final Set<Flaw> flaws;
  private final SimulatedInbox inbox = new SimulatedInbox(this);
  private final SimulatedOutbox outbox = new SimulatedOutbox(this);
  private final SimulatedLeases workers;
  private Map<RunId, RunRow> runs = new TreeMap<>();
  private Map<RunId, TreeMap<Integer, HistoryRow>> history = new TreeMap<>();

  /// What is made wrong on purpose.
  public enum Flaw {
    /// A flush does not look for its fence row.
    NO_FENCE_CHECK,
    /// A park does not look for messages that came meanwhile.
    PARKS_WITHOUT_LOOKING,
    /// Whoever looks for a lost batch does not look for the messages that it took.
    SETTLES_WITHOUT_MESSAGES,
    /// A post takes the place of another, whichever is newer.
    POSTS_WITHOUT_VERSIONS,
    /// A version in doubt is sent again without asking the target.
    SENDS_AGAIN_WITHOUT_ASKING,
    /// A target is given to whoever comes.
    TWO_DELIVERIES_AT_ONCE
  }

  public SimulatedDatabase(InstantSource clock, Set<Flaw> flaws) {
    this.clock = clock;
    this.workers = new SimulatedLeases(clock);
    this.flaws = Set.copyOf(flaws);
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
      return status.isClosed();
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
    return workers.register(lease);
  }

  public Optional<Instant> beat(long workerId) {
    return workers.beat(workerId);
  }

  /// The worker's process is gone, and its session with it.
  public void cutSession(long workerId) {
    workers.cutSession(workerId);
  }

  public List<Long> silent(long self) {
    return workers.silent(self);
  }

  /// Sets its runs free and tells how many those were; empty if it had been ended before.
  public Optional<Integer> end(long workerId) {
    return workers.end(workerId) ? Optional.of(setFree(workerId, Duration.ZERO)) : Optional.empty();
  }

  /// As [#end], by another worker that has a fence itself, and only if it is still silent.
  public Optional<Integer> takeOver(long workerId, long self) {
    return workers.takeOver(workerId, self)
        ? Optional.of(setFree(workerId, OVERDUE))
        : Optional.empty();
  }

  private int setFree(long workerId, Duration overdue) {
    Instant since = clock.instant().minus(overdue);
    List<RunId> owned = owned(workerId);
    owned.forEach(id -> runs.computeIfPresent(id, (_, run) -> run.ownedBy(null, since)));
    return owned.size();
  }

  // ------------------------------------------------------------------ claims and reads

  public List<RunId> claim(long workerId, List<String> workflows, int limit) {
    if (!workers.hasFence(workerId)) {
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
    return Collections.unmodifiableMap(runs);
  }

  public SimulatedInbox inbox() {
    return inbox;
  }

  public SimulatedOutbox outbox() {
    return outbox;
  }

  boolean has(Flaw flaw) {
    return flaws.contains(flaw);
  }

  boolean hasFence(long workerId) {
    return workers.hasFence(workerId);
  }

  Instant now() {
    return clock.instant();
  }

  /// A message has come: a parked run is due at once.
  void wake(RunId id) {
    Instant now = clock.instant();
    runs.computeIfPresent(
        id,
        (_, run) ->
            run.status() == RunStatus.RUNNING && run.wakeAt() != null && run.wakeAt().isAfter(now)
                ? run.ownedBy(run.workerId(), now)
                : run);
  }

  /// Ends an open run past its owner, in nobody's name.
  ///
  /// @return its row as it was before
  Optional<RunRow> terminate(RunId id, Event.RunTerminated event) {
    RunRow before = runs.get(id);
    if (before == null || before.isClosed()) {
      return Optional.ofNullable(before);
    }
    TreeMap<Integer, HistoryRow> rows = history.computeIfAbsent(id, _ -> new TreeMap<>());
    int seq = rows.isEmpty() ? 1 : rows.lastKey() + 1;
    RecordedEvent last = written(new RecordedEvent(id, seq, clock.instant(), event));
    rows.put(seq, new HistoryRow(last, NOBODY, false));
    runs.put(
        id, new RunRow(before.workflow(), before.key(), RunStatus.TERMINATED, null, null, null));
    outbox.end(id, RunStatus.TERMINATED);
    return Optional.of(before);
  }

  public List<HistoryRow> rows(RunId id) {
    return List.copyOf(history.getOrDefault(id, NO_ROWS).values());
  }

  public List<RecordedEvent> history(RunId id) {
    return rows(id).stream().map(HistoryRow::event).toList();
  }

  // ------------------------------------------------------------------ the checkpoint

  /// As `backstitch.checkpoint_v3`: all of the batch, or nothing.
  Map<RunId, Optional<RunId>> write(long workerId, List<Checkpoint> batch) throws SQLException {
    if (!flaws.contains(Flaw.NO_FENCE_CHECK) && !workers.hasFence(workerId)) {
      throw new SQLException("no fence row", "BS001");
    }
    Map<RunId, RunRow> runsBefore = new TreeMap<>(runs);
    Map<RunId, TreeMap<Integer, HistoryRow>> historyBefore = new TreeMap<>();
    history.forEach((id, rows) -> historyBefore.put(id, new TreeMap<>(rows)));
    try {
      Set<RunId> lost = start(workerId, batch);
      List<Checkpoint> kept = batch.stream().filter(c -> !lost.contains(c.runId())).toList();
      append(workerId, kept);
      change(workerId, kept, RunChange.Closed.class);
      change(workerId, kept, RunChange.Parked.class);
      change(workerId, kept, RunChange.Stuck.class);
      take(kept);
      outbox.record(kept);
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
        HistoryRow row = new HistoryRow(written(event), workerId, !workers.hasFence(workerId));
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
        runs.put(change.getKey(), changed(change.getKey(), run, change.getValue()));
        touched++;
      }
    }
    if (touched != changing.size()) {
      throw new SQLException(touched + " of " + changing.size() + " touched", "BS003");
    }
  }

  private RunRow changed(RunId id, RunRow run, RunChange change) {
    return switch (change) {
      case RunChange.None _ -> run;
      case RunChange.Closed(RunStatus status, Instant _) ->
          new RunRow(run.workflow(), run.key(), status, null, null, run.problem());
      case RunChange.Parked(var wakeAt) -> {
        boolean looks = !flaws.contains(Flaw.PARKS_WITHOUT_LOOKING);
        Instant asked = wakeAt == null ? Instant.MAX : wakeAt;
        yield run.ownedBy(null, looks && !inbox.isEmpty(id) ? clock.instant() : asked);
      }
      case RunChange.Stuck(String problem) ->
          new RunRow(run.workflow(), run.key(), RunStatus.STUCK, null, Instant.MAX, problem);
    };
  }

  /// Last of all, because rows that it has removed stay away.
  private void take(List<Checkpoint> batch) throws SQLException {
    List<Long> taken = batch.stream().flatMap(c -> c.taken().stream()).toList();
    boolean allThere =
        taken.stream().distinct().count() == taken.size()
            && batch.stream()
                .allMatch(c -> c.taken().stream().allMatch(m -> inbox.has(c.runId(), m)));
    if (!allThere) {
      throw new SQLException("messages that are not there", "BS003");
    }
    inbox.take(taken);
  }

  private Map<RunId, Optional<RunId>> losers(List<Checkpoint> batch, Predicate<RunId> lost) {
    Map<RunId, Optional<RunId>> losers = new HashMap<>();
    starts(batch).stream()
        .filter(c -> lost.test(c.runId()))
        .forEach(c -> losers.put(c.runId(), holder(Objects.requireNonNull(c.start()))));
    return losers;
  }

  CheckpointStore.Settled settle(long workerId, List<Checkpoint> batch) {
    if (!flaws.contains(Flaw.NO_FENCE_CHECK) && !workers.hasFence(workerId)) {
      return new CheckpointStore.Settled.Fenced();
    }
    boolean landed = batch.stream().anyMatch(checkpoint -> hasLanded(workerId, checkpoint));
    return landed
        ? new CheckpointStore.Settled.Landed(losers(batch, id -> !runs.containsKey(id)))
        : new CheckpointStore.Settled.Missing();
  }

  private boolean hasLanded(long workerId, Checkpoint checkpoint) {
    boolean looks = !flaws.contains(Flaw.SETTLES_WITHOUT_MESSAGES);
    if (looks && checkpoint.taken().stream().anyMatch(m -> !inbox.has(checkpoint.runId(), m))) {
      return true;
    }
    if (checkpoint.events().isEmpty()) {
      RunRow run = runs.get(checkpoint.runId());
      return run != null
          && run.status() != RunStatus.TERMINATED
          && !Objects.equals(run.workerId(), workerId);
    }
    int seq = checkpoint.events().getFirst().seq();
    HistoryRow row = history.getOrDefault(checkpoint.runId(), NO_ROWS).get(seq);
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
