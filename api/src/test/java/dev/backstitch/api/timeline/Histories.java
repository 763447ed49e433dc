package dev.backstitch.api.timeline;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Writes histories for tests, with times in milliseconds since the start.
final class Histories {
  static final Instant START = Instant.parse("2026-11-02T10:00:00Z");
  private static final RunId RUN = new RunId(7);

  private final List<RecordedEvent> events = new ArrayList<>();
  private int ordinals;

  static Histories started() {
    var history = new Histories();
    history.at(0, new Event.RunStarted("sync", "a/b", "build-1", Payload.ofJson("{}")));
    return history;
  }

  static Instant at(long millis) {
    return START.plus(Duration.ofMillis(millis));
  }

  Histories at(long millis, Event event) {
    events.add(new RecordedEvent(RUN, events.size() + 1, at(millis), event));
    return this;
  }

  int schedule(long millis, String activity) {
    int ordinal = ++ordinals;
    at(millis, new Event.ActivityScheduled(ordinal, activity, Effect.READ, Payload.NULL));
    return ordinal;
  }

  int timer(long millis, long fireAt) {
    int ordinal = ++ordinals;
    at(millis, new Event.TimerSet(ordinal, at(fireAt)));
    return ordinal;
  }

  Histories complete(int ordinal, int attempt, long startedAt, long millis) {
    return at(millis, new Event.ActivityCompleted(ordinal, attempt, at(startedAt), Payload.NULL));
  }

  Histories attemptFailed(int ordinal, int attempt, long startedAt, long millis, long retryAt) {
    return at(
        millis,
        new Event.ActivityAttemptFailed(
            ordinal, attempt, at(startedAt), new Failure("bad-gateway", "502"), at(retryAt)));
  }

  Histories fail(int ordinal, int attempt, long startedAt, long millis) {
    return at(
        millis,
        new Event.ActivityFailed(
            ordinal, attempt, at(startedAt), new Failure("not-found", "no such file")));
  }

  Histories closed(long millis) {
    return at(millis, new Event.RunCompleted(Payload.ofJson("{}")));
  }

  Outline outline() {
    var outline = new Outline();
    outline.addAll(events);
    return outline;
  }

  List<RecordedEvent> events() {
    return events;
  }
}
