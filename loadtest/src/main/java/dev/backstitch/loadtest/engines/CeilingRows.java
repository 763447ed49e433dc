package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.workflow.Effect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The payloads of the rows that a run of so many steps writes, made once. They are those that
/// Backstitch writes for the same run, but for the times in them.
final class CeilingRows {
  /// Any time, with as many digits as they have.
  private static final Instant AT = Instant.parse("2026-11-01T10:20:30.123456Z");

  private final byte[] started;
  private final List<byte[]> scheduled = new ArrayList<>();
  private final List<byte[]> completed = new ArrayList<>();
  private final byte[] ended;

  CeilingRows(int steps) {
    Payload count = Payload.ofJson(Integer.toString(steps));
    ValueCodec values = new ValueCodec();
    this.started = utf8(new Event.RunStarted(StepModule.WORKFLOW, null, CeilingStore.BUILD, count));
    for (int ordinal = 1; ordinal <= steps; ordinal++) {
      scheduled.add(
          utf8(
              new Event.ActivityScheduled(
                  ordinal,
                  StepModule.ContestStep.class.getSimpleName(),
                  Effect.WRITE,
                  values.encode(new StepModule.ContestStep(ordinal - 1, Engine.PAYLOAD)))));
      completed.add(
          utf8(new Event.ActivityCompleted(ordinal, 1, AT, values.encode(Engine.PAYLOAD))));
    }
    this.ended = utf8(new Event.RunCompleted(count));
  }

  private static byte[] utf8(Event event) {
    return EventCodec.encode(event).utf8();
  }

  int steps() {
    return scheduled.size();
  }

  byte[] started() {
    return started;
  }

  /// @param step from 0
  byte[] scheduled(int step) {
    return scheduled.get(step);
  }

  /// @param step from 0
  byte[] completed(int step) {
    return completed.get(step);
  }

  byte[] ended() {
    return ended;
  }
}
