package dev.backstitch.api.page;

import dev.backstitch.api.timeline.DurationText;
import dev.backstitch.api.timeline.Outline;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.Run;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the page of one event shows.
public record EventPage(
    String runId,
    String runAddress,
    String workflow,
    int seq,
    String type,
    String at,
    String offset,
    String summary,
    RunPage.Document data,
    @Nullable String previous,
    @Nullable String next) {

  static EventPage of(Run run, RecordedEvent recorded, Outline outline) {
    String runAddress = "/runs/" + run.id();
    int seq = recorded.seq();
    return new EventPage(
        run.id().toString(),
        runAddress,
        run.workflow(),
        seq,
        recorded.event().type(),
        recorded.at().toString(),
        DurationText.offset(Duration.between(run.createdAt(), recorded.at())),
        EventText.summary(recorded.event(), recorded.at(), outline),
        Documents.of(
            EventCodec.encode(recorded.event()),
            "/api/v1/runs/" + run.id() + "/events?after=" + (seq - 1) + "&limit=1"),
        seq > 1 ? runAddress + "/events/" + (seq - 1) : null,
        seq < outline.lastSeq() ? runAddress + "/events/" + (seq + 1) : null);
  }
}
