package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Operation;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import java.time.Duration;

/// Runs from their start to their recorded end.
///
/// @param workflow takes a number of steps and a payload
record RunWorkload(String workflow, int steps, int payloadBytes) implements Workload {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public Operation prepare(Target target, long operations) {
    StartRequest request = request();
    return _ -> target.awaitCompleted(target.start(request), PATIENCE);
  }

  StartRequest request() {
    String input =
        "{\"steps\": %d, \"payload\": \"%s\"}".formatted(steps, "x".repeat(payloadBytes));
    return new StartRequest(workflow, null, Payload.ofJson(input));
  }

  @Override
  public String latencyFrom() {
    return "from the intended start of a run to its end as its client learns it";
  }
}
