package dev.backstitch.api.run;

import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answers about runs. A member without a value is there and null, so that every answer of a
/// kind has the same members.
public final class RunDocuments {
  private RunDocuments() {}

  /// One run.
  public record RunDocument(
      RunId id,
      String workflow,
      @Nullable String key,
      String queue,
      int priority,
      RunStatus status,
      String build,
      @Nullable Long workerId,
      Instant createdAt,
      @Nullable Instant closedAt,
      @Nullable Instant wakeAt,
      @Nullable String problem) {

    /// The run as its row shows it.
    public static RunDocument of(Run run) {
      return new RunDocument(
          run.id(),
          run.workflow(),
          run.key(),
          run.queue(),
          run.priority(),
          run.status(),
          run.build(),
          run.workerId(),
          run.createdAt(),
          run.closedAt(),
          run.wakeAt(),
          run.problem());
    }
  }

  /// A page of runs.
  ///
  /// @param next the cursor of the next page, null on the last one
  public record RunPage(List<RunDocument> runs, @Nullable String next) {

    /// Copies the list.
    public RunPage {
      runs = List.copyOf(runs);
    }

    /// A page from one run more than fits, which tells whether another page follows.
    public static RunPage of(List<Run> oneMore, int limit) {
      List<RunDocument> runs = oneMore.stream().limit(limit).map(RunDocument::of).toList();
      return new RunPage(runs, oneMore.size() > limit ? runs.getLast().id().toString() : null);
    }
  }

  /// One event.
  ///
  /// @param data the event's own members, different for each type
  public record EventDocument(int seq, Instant at, String type, Payload data) {

    /// The event in its place.
    public static EventDocument of(RecordedEvent recorded) {
      return new EventDocument(
          recorded.seq(),
          recorded.at(),
          recorded.event().type(),
          EventCodec.encode(recorded.event()));
    }
  }

  /// A page of a run's events.
  ///
  /// @param lastSeq what to pass as `after` for the next page
  /// @param more whether the next page has something already
  public record EventsDocument(RunId runId, List<EventDocument> events, int lastSeq, boolean more) {

    /// Copies the list.
    public EventsDocument {
      events = List.copyOf(events);
    }

    /// The page of a run.
    public static EventsDocument of(RunId runId, EventPage page) {
      return new EventsDocument(
          runId,
          page.events().stream().map(EventDocument::of).toList(),
          page.lastSeq(),
          page.more());
    }
  }

  /// A signal that was accepted.
  ///
  /// @param id under which it can be sent again without being received twice
  public record SignalDocument(RunId runId, String name, String id) {}

  /// How a run stands.
  ///
  /// @param result what it returned, null unless completed
  /// @param failure why it failed, null unless failed
  /// @param endedBy who had it end, null unless cancelled or terminated
  public record ResultDocument(
      RunId runId,
      RunStatus status,
      @Nullable Payload result,
      @Nullable Failure failure,
      @Nullable EndedBy endedBy) {

    /// Who had a run end, and why.
    public record EndedBy(String actor, String reason) {}

    /// The result of a run.
    public static ResultDocument of(RunId runId, RunResult result) {
      return switch (result) {
        case RunResult.Completed(Payload value) ->
            new ResultDocument(runId, RunStatus.COMPLETED, value, null, null);
        case RunResult.Failed(Failure failure) ->
            new ResultDocument(runId, RunStatus.FAILED, null, failure, null);
        case RunResult.Cancelled(String actor, String reason) ->
            new ResultDocument(runId, RunStatus.CANCELLED, null, null, new EndedBy(actor, reason));
        case RunResult.Terminated(String actor, String reason) ->
            new ResultDocument(runId, RunStatus.TERMINATED, null, null, new EndedBy(actor, reason));
        case RunResult.Open(RunStatus status) ->
            new ResultDocument(runId, status, null, null, null);
      };
    }
  }
}
