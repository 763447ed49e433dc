package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.HistoryStore;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.quota.QuotaStore;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStore;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/// Reads runs from a migrated database, without being a worker. Safe for any thread.
///
/// Every method throws [JdbiException] when the database does not answer.
public final class RunReader {
  private static final int MOST_QUOTAS = 1_000;

  private final Jdbi jdbi;

  RunReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /// A reader on a migrated database.
  public static RunReader on(DataSource database) {
    return new RunReader(Jdbi.create(database));
  }

  /// One run, if there is one with that id.
  public Optional<Run> describe(RunId id) {
    return jdbi.withHandle(handle -> RunStore.find(handle, id));
  }

  /// A page of runs, newest first.
  public List<Run> list(RunFilter filter) {
    return jdbi.withHandle(handle -> RunStore.list(handle, filter));
  }

  /// Events of a run, in order. Empty if there is no such run.
  ///
  /// @param afterSeq only events behind this one; 0 for the beginning
  /// @param limit 1 to 10,000
  public EventPage history(RunId id, int afterSeq, int limit) {
    if (limit < 1 || limit > 10_000) {
      throw new IllegalArgumentException("limit must be 1 to 10000, was " + limit);
    }
    List<RecordedEvent> found =
        jdbi.withHandle(handle -> HistoryStore.read(handle, id, afterSeq, limit + 1));
    boolean more = found.size() > limit;
    List<RecordedEvent> events = more ? found.subList(0, limit) : found;
    return new EventPage(events, events.isEmpty() ? afterSeq : events.getLast().seq(), more);
  }

  /// What is known of every quota, by owner and resource: the first thousand.
  public List<QuotaState> quotas() {
    return jdbi.withHandle(handle -> QuotaStore.read(handle, MOST_QUOTAS));
  }

  /// How a run stands or ended. Empty if there is none with that id.
  public Optional<RunResult> result(RunId id) {
    return describe(id)
        .map(run ->
            switch (run.status()) {
              case RUNNING, STUCK -> new RunResult.Open(run.status());
              case COMPLETED, FAILED, CANCELLED, TERMINATED -> closedResult(id);
            });
  }

  private RunResult closedResult(RunId id) {
    return closedResult(
        id, jdbi.withHandle(handle -> HistoryStore.last(handle, id)).orElseThrow().event());
  }

  /// What the last event of a closed run says.
  static RunResult closedResult(RunId id, Event last) {
    return switch (last) {
      case Event.RunCompleted e -> new RunResult.Completed(e.result());
      case Event.RunFailed e -> new RunResult.Failed(e.failure());
      case Event.RunCancelled e -> new RunResult.Cancelled(e.actor(), e.reason());
      case Event.RunTerminated e -> new RunResult.Terminated(e.actor(), e.reason());
      case Event.RunStarted _,
          Event.CommandEvent _,
          Event.OutcomeEvent _,
          Event.AttemptEvent _,
          Event.MessageEvent _ ->
          throw new IllegalStateException(
              "run " + id + " is closed, but its last event is " + last.type());
    };
  }
}
