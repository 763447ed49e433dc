package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.workflow.Effect;
import java.time.Instant;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What replay asks of each command: is it the one in the history?
@State(Scope.Benchmark)
public class CommandMatcherBenchmark {
  private static final int PAYLOAD_BYTES = 200;

  private final Event recorded = call("x");
  // An equal one, not the same one: the bytes are compared.
  private final Event issued = call("x");
  private final Event other = call("y");
  private final Event recordedTimer = timer();
  private final Event issuedTimer = timer();

  private static Event call(String letter) {
    return new Event.ActivityScheduled(
        7, "echo", Effect.WRITE, Payload.ofJson("\"" + letter.repeat(PAYLOAD_BYTES - 2) + "\""));
  }

  private static Event timer() {
    return new Event.TimerSet(7, Instant.parse("2026-01-01T00:00:00Z"));
  }

  /// A call with 200 bytes of input.
  @Benchmark
  public Optional<Divergence> sameCall() {
    return CommandMatcher.compare(recorded, issued, 7);
  }

  /// A timer.
  @Benchmark
  public Optional<Divergence> sameTimer() {
    return CommandMatcher.compare(recordedTimer, issuedTimer, 7);
  }

  /// A divergence, which is told in words.
  @Benchmark
  public Optional<Divergence> otherCall() {
    return CommandMatcher.compare(recorded, other, 7);
  }
}
