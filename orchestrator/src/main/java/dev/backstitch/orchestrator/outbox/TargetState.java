package dev.backstitch.orchestrator.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a target stands.
///
/// @param target as `kind:place`
/// @param pending keys whose newest version is not there yet
/// @param dead keys whose newest version will not be sent again
/// @param busy whether a delivery is in flight
/// @param failures deliveries in a row in which nothing arrived
/// @param pausedUntil until when it is left alone
/// @param problem the last one
/// @param last the last delivery that has ended
public record TargetState(
    String target,
    long pending,
    long dead,
    boolean busy,
    int failures,
    @Nullable Instant pausedUntil,
    @Nullable String problem,
    @Nullable LastDelivery last) {

  /// What was sent last.
  ///
  /// @param receipt what the target calls it
  public record LastDelivery(Instant endedAt, int posts, int delivered, @Nullable String receipt) {}
}
