package dev.backstitch.orchestrator.config;

import dev.backstitch.orchestrator.workflow.RetryPolicy;
import java.time.Duration;
import java.util.Set;

/// How posts are delivered.
///
/// @param interval how often a worker looks for posts, 10 ms to 1 min; sooner behind a post of its
///   own
/// @param inFlight how many targets a worker delivers to at the same time, 1 to 1,000
/// @param batch the most posts in one delivery, 1 to 10,000
/// @param delivery how long a delivery may take, 100 ms to 10 min; then nobody knows what became of
///   it
/// @param grace how long what was sent may still be on its way when nobody waits for it any more,
///   10 ms to 1 min
/// @param retry how often a post is tried, and when
/// @param breaker how many failures in a row make the circuit breaker leave a target alone, 1 to
///   1,000
/// @param pause for how long it does, growing from failure to failure; its number of attempts is
///   not used
public record OutboxConfig(
    Duration interval,
    int inFlight,
    int batch,
    Duration delivery,
    Duration grace,
    RetryPolicy retry,
    int breaker,
    RetryPolicy pause) {

  /// @throws IllegalArgumentException naming the setting and its range
  public OutboxConfig {
    OrchestratorConfig.inRange(
        "outbox.interval", interval, Duration.ofMillis(10), Duration.ofMinutes(1));
    OrchestratorConfig.inRange("outbox.inFlight", inFlight, 1, 1_000);
    OrchestratorConfig.inRange("outbox.batch", batch, 1, 10_000);
    OrchestratorConfig.inRange(
        "outbox.delivery", delivery, Duration.ofMillis(100), Duration.ofMinutes(10));
    OrchestratorConfig.inRange("outbox.grace", grace, Duration.ofMillis(10), Duration.ofMinutes(1));
    OrchestratorConfig.inRange("outbox.breaker", breaker, 1, 1_000);
  }

  /// Good for a laptop and for a small server.
  public static OutboxConfig defaults() {
    return new OutboxConfig(
        Duration.ofSeconds(1),
        8,
        1_000,
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        new RetryPolicy(20, Duration.ofSeconds(1), 2.0, Duration.ofMinutes(5), Set.of()),
        5,
        new RetryPolicy(1, Duration.ofSeconds(10), 2.0, Duration.ofMinutes(5), Set.of()));
  }

  /// For how long a courier has a target: it begins within the grace, takes as long as a delivery
  /// may, and what it sent is there within another grace.
  public Duration lease() {
    return delivery.plus(grace.multipliedBy(2));
  }

  /// The same, looking at another interval.
  public OutboxConfig withInterval(Duration newInterval) {
    return new OutboxConfig(newInterval, inFlight, batch, delivery, grace, retry, breaker, pause);
  }

  /// The same with other bounds on how long things may take.
  public OutboxConfig withTimes(Duration newDelivery, Duration newGrace) {
    return new OutboxConfig(
        interval, inFlight, batch, newDelivery, newGrace, retry, breaker, pause);
  }

  /// The same with another way to try again.
  public OutboxConfig withRetry(RetryPolicy newRetry) {
    return new OutboxConfig(interval, inFlight, batch, delivery, grace, newRetry, breaker, pause);
  }

  /// The same with another number of posts in a delivery.
  public OutboxConfig withBatch(int newBatch) {
    return new OutboxConfig(interval, inFlight, newBatch, delivery, grace, retry, breaker, pause);
  }

  /// The same with another circuit breaker.
  public OutboxConfig withBreaker(int newBreaker, RetryPolicy newPause) {
    return new OutboxConfig(
        interval, inFlight, batch, delivery, grace, retry, newBreaker, newPause);
  }
}
