package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Operation;
import dev.backstitch.loadtest.load.stage.Target;
import java.util.Map;

/// What a [Repetition] repeats.
interface Workload extends AutoCloseable {

  /// What the engine's modules must be told for it.
  default Map<String, String> settings() {
    return Map.of();
  }

  /// Gets ready for so many operations, warm-up included, and says what one of them is.
  Operation prepare(Target target, long operations) throws InterruptedException;

  /// How many durable steps an operation has.
  int steps();

  /// The most operations that the warm-up may have.
  default long mostWarmUps() {
    return 20_000;
  }

  /// What a latency is counted from and to, for people.
  String latencyFrom();

  @Override
  default void close() {}
}
