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

/// The events that a run of so many steps writes, made once. They are those that Backstitch writes
/// for the same run, but for the times in them.
final class StepRows {
  /// Any time, with as many digits as they have.
  private static final Instant AT = Instant.parse("2026-11-01T10:20:30.123456Z");

  private final List<List<Stored>> flushes = new ArrayList<>();

  StepRows(int steps) {
    ValueCodec values = new ValueCodec();
    Payload count = Payload.ofJson(Integer.toString(steps));
    Payload result = values.encode(Engine.PAYLOAD);
    Event begun = new Event.RunStarted(StepModule.WORKFLOW, null, CeilingStore.BUILD, count);
    for (int ordinal = 1; ordinal <= steps; ordinal++) {
      Payload input = values.encode(new StepModule.ContestStep(ordinal - 1, Engine.PAYLOAD));
      String activity = StepModule.ContestStep.class.getSimpleName();
      add(begun, new Event.ActivityScheduled(ordinal, activity, Effect.WRITE, input));
      begun = new Event.ActivityCompleted(ordinal, 1, AT, result);
    }
    add(begun, new Event.RunCompleted(count));
  }

  private void add(Event first, Event second) {
    int seq = flushes.size() * 2 + 1;
    flushes.add(List.of(stored(seq, first), stored(seq + 1, second)));
  }

  private static Stored stored(int seq, Event event) {
    return new Stored(seq, event.type(), EventCodec.encode(event));
  }

  /// How many steps the run has.
  int steps() {
    return flushes.size() - 1;
  }

  /// What one flush of a run holds. The first one starts it and schedules a step, each further one
  /// completes a step and schedules the next, the last one completes the last step and the run.
  ///
  /// @param step 0 to the number of steps
  List<Stored> flush(int step) {
    return flushes.get(step);
  }
}
