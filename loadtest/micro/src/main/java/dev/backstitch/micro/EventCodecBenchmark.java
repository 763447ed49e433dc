package dev.backstitch.micro;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.workflow.Effect;
import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The two events that every step has, with 200 bytes each, to JSON and back.
@State(Scope.Benchmark)
public class EventCodecBenchmark {
  private static final int PAYLOAD_BYTES = 200;

  private final Payload payload = Payload.ofJson("\"" + "x".repeat(PAYLOAD_BYTES - 2) + "\"");
  private final Event scheduled = new Event.ActivityScheduled(7, "echo", Effect.WRITE, payload);
  private final Event completed =
      new Event.ActivityCompleted(7, 1, Instant.parse("2026-01-01T00:00:00.123456Z"), payload);
  private final Payload scheduledJson = EventCodec.encode(scheduled);
  private final Payload completedJson = EventCodec.encode(completed);

  /// A call as it is written.
  @Benchmark
  public byte[] encodeActivityScheduled() {
    return EventCodec.encodeUtf8(scheduled);
  }

  /// A result as it is written.
  @Benchmark
  public byte[] encodeActivityCompleted() {
    return EventCodec.encodeUtf8(completed);
  }

  /// A call as it is read for a replay.
  @Benchmark
  public Event decodeActivityScheduled() {
    return EventCodec.decode(scheduled.type(), scheduledJson);
  }

  /// A result as it is read for a replay.
  @Benchmark
  public Event decodeActivityCompleted() {
    return EventCodec.decode(completed.type(), completedJson);
  }
}
