package dev.backstitch.api.page;

import dev.backstitch.api.timeline.DurationText;
import dev.backstitch.api.timeline.Outline;
import dev.backstitch.api.timeline.Timeline;
import dev.backstitch.api.timeline.TimelineRow;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes the page of a run from its row, its outline and the few events that are shown in full.
final class RunPageDrawing {
  private final Run run;
  private final RunPageRequest request;
  private final Outline outline;
  private final Instant now;
  private final String runAddress;
  private final Address here;

  /// Reads single events, by seq; those that don't exist are missing in the answer.
  interface Reader {
    Map<Integer, RecordedEvent> read(List<Integer> seqs);
  }

  RunPageDrawing(Run run, RunPageRequest request, Outline outline, Instant now) {
    this.run = run;
    this.request = request;
    this.outline = outline;
    this.now = now;
    this.runAddress = "/runs/" + run.id();
    this.here = request.address(runAddress);
  }

  RunPage page(Reader reader) {
    Map<Integer, RecordedEvent> ends =
        reader.read(outline.isClosed() ? List.of(1, outline.lastSeq()) : List.of(1));
    Payload input = inputOf(ends.get(1));
    Event last = ends.containsKey(outline.lastSeq()) ? ends.get(outline.lastSeq()).event() : null;
    boolean open = !run.status().isClosed();
    return new RunPage(
        run.id().toString(),
        run.workflow(),
        Objects.requireNonNullElse(run.key(), ""),
        StatusBadge.of(run.status()),
        open,
        open ? "/api/v1/runs/" + run.id() + "/stream?after=" + outline.lastSeq() : null,
        Moment.of(run.createdAt(), now),
        run.closedAt() == null ? null : Moment.of(run.closedAt(), now),
        stats(),
        Objects.requireNonNullElse(run.problem(), ""),
        last instanceof Event.RunFailed(Failure failure) ? failure : null,
        endedBy(last),
        Documents.of(input, "/api/v1/runs/" + run.id() + "/events?limit=1"),
        last instanceof Event.RunCompleted(Payload result)
            ? Documents.of(result, "/api/v1/runs/" + run.id() + "/result")
            : null,
        timeline(reader),
        events(reader),
        notice(),
        commits(input, reader));
  }

  private List<PostLine> commits(Payload input, Reader reader) {
    List<Integer> seqs =
        CommitLine.ACTIVITIES.stream()
            .flatMap(activity -> outline.returnsOf(activity).stream())
            .sorted()
            .toList();
    Map<Integer, RecordedEvent> events = reader.read(seqs);
    List<Payload> results = new ArrayList<>();
    for (int seq : seqs) {
      RecordedEvent recorded = events.get(seq);
      if (recorded != null && recorded.event() instanceof Event.ActivityCompleted completed) {
        results.add(completed.result());
      }
    }
    return CommitLine.of(run, input, results).stream().toList();
  }

  private static RunPage.@Nullable EndedBy endedBy(@Nullable Event last) {
    if (last instanceof Event.RunCancelled(String actor, String reason)) {
      return new RunPage.EndedBy("Cancelled", actor, reason);
    }
    return last instanceof Event.RunTerminated(String actor, String reason)
        ? new RunPage.EndedBy("Terminated", actor, reason)
        : null;
  }

  private static Payload inputOf(@Nullable RecordedEvent recorded) {
    if (recorded == null) {
      return Payload.NULL;
    }
    return switch (recorded.event()) {
      case Event.RunStarted started -> started.input();
      case Event.ActivityScheduled scheduled -> scheduled.input();
      case Event.Lifecycle _,
          Event.CommandEvent _,
          Event.OutcomeEvent _,
          Event.AttemptEvent _,
          Event.MessageEvent _ ->
          Payload.NULL;
    };
  }

  private String notice() {
    return outline.lastSeq() < Outlines.MOST_EVENTS
        ? ""
        : "This history is very long. The page shows its first "
            + Outlines.MOST_EVENTS
            + " events; the API and the command line have all of them.";
  }

  private List<RunPage.Stat> stats() {
    var stats = new ArrayList<RunPage.Stat>();
    Instant end = run.closedAt() == null ? later(now, run.createdAt()) : run.closedAt();
    stats.add(
        new RunPage.Stat(
            run.status().isClosed() ? "took" : "for",
            DurationText.of(Duration.between(run.createdAt(), end))));
    stats.add(new RunPage.Stat("events", String.valueOf(outline.lastSeq())));
    stats.add(new RunPage.Stat("build", run.build()));
    if (!run.queue().equals(QueueLimits.DEFAULT_QUEUE)) {
      stats.add(new RunPage.Stat("queue", run.queue()));
    }
    if (run.workerId() != null) {
      stats.add(new RunPage.Stat("worker", run.workerId().toString()));
    }
    if (run.wakeAt() != null) {
      stats.add(new RunPage.Stat("wakes at", Moment.of(run.wakeAt(), now).text()));
    }
    return stats;
  }

  private @Nullable TimelineView timeline(Reader reader) {
    if (outline.startedAt().isEmpty()) {
      return null;
    }
    Timeline timeline =
        Timeline.of(
            outline, now, new Timeline.Expansion(request.expansion(), request.callsPerPage()));
    return TimelineView.of(timeline, labels(timeline, reader), here, runAddress);
  }

  private static Map<Integer, String> labels(Timeline timeline, Reader reader) {
    var labels = new HashMap<Integer, String>();
    for (TimelineRow row : timeline.rows()) {
      if (row.calls() != null) {
        List<Integer> seqs =
            row.calls().shown().stream().map(TimelineRow.CallRow::scheduledSeq).toList();
        Map<Integer, RecordedEvent> events = reader.read(seqs);
        List<String> texts =
            CallLabels.of(seqs.stream().map(seq -> inputOf(events.get(seq))).toList());
        for (int i = 0; i < seqs.size(); i++) {
          labels.put(seqs.get(i), texts.get(i));
        }
      }
    }
    return labels;
  }

  private RunPage.EventList events(Reader reader) {
    String type = request.type();
    List<Integer> seqs =
        outline.page(
            type.isEmpty() ? null : type,
            request.newestFirst(),
            request.cursor(),
            request.eventsPerPage() + 1);
    boolean more = seqs.size() > request.eventsPerPage();
    List<Integer> shown = more ? seqs.subList(0, request.eventsPerPage()) : seqs;
    Map<Integer, RecordedEvent> events = reader.read(shown);
    Address first = here.without("cursor");
    return new RunPage.EventList(
        shown.stream().map(events::get).filter(Objects::nonNull).map(this::row).toList(),
        outline.countsByType().entrySet().stream()
            .map(entry -> new RunPage.TypeChoice(entry.getKey(), entry.getValue()))
            .toList(),
        type,
        request.order(),
        position(shown),
        first.without("type").parameters().stream()
            .map(parameter -> new RunPage.Hidden(parameter.name(), parameter.value()))
            .toList(),
        (request.newestFirst() ? first.with("order", "oldest") : first.without("order")).toString(),
        request.newestFirst() ? "oldest first" : "newest first",
        more ? first.and("cursor", String.valueOf(shown.getLast())).toString() : null,
        request.cursor() == null ? null : first.toString());
  }

  private String position(List<Integer> shown) {
    int total =
        request.type().isEmpty()
            ? outline.lastSeq()
            : outline.countsByType().getOrDefault(request.type(), 0);
    return shown.size() == total ? String.valueOf(total) : shown.size() + " of " + total;
  }

  private RunPage.EventRow row(RecordedEvent recorded) {
    Event event = recorded.event();
    return new RunPage.EventRow(
        recorded.seq(),
        "event-" + recorded.seq(),
        DurationText.offset(Duration.between(run.createdAt(), recorded.at())),
        recorded.at().toString(),
        event.type(),
        EventText.tone(event).name().toLowerCase(Locale.ROOT),
        EventText.summary(event, recorded.at(), outline),
        runAddress + "/events/" + recorded.seq());
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
