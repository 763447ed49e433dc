package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// The real courier, with everything around it simulated and all of its times short.
public final class SimulatedCourier {
  /// How long what was sent may be on its way when its sender does not wait any more.
  public static final Duration GRACE = Duration.ofMillis(200);

  /// How long a target takes at the most.
  public static final Duration DELIVERY = Duration.ofMillis(400);

  private final Courier courier;

  /// What it goes by.
  ///
  /// @param nanoTime simulated time
  /// @param asksAtOnce wrong on purpose: a target is asked while what was sent may be on its way
  public record Bearings(
      long workerId, LongSupplier nanoTime, DoubleSupplier jitter, boolean asksAtOnce) {}

  public SimulatedCourier(Outbox outbox, Catalog catalog, Bearings bearings) {
    Outbox hasty = bearings.asksAtOnce() ? new Hasty(outbox) : outbox;
    this.courier =
        new Courier(
            hasty,
            catalog.targetKinds(),
            kind -> catalog.target(kind).orElseThrow(),
            new Courier.Bearings(
                bearings.workerId(),
                new Deliverer.Gates(
                    () -> true,
                    (_, _, _) -> new Admission.Granted(Permit.NONE),
                    InstantSource.system()),
                bearings.nanoTime(),
                bearings.jitter()),
            OutboxConfig.defaults()
                .withBatch(3)
                .withTimes(DELIVERY, GRACE)
                .withRetry(
                    new RetryPolicy(
                        4, Duration.ofMillis(100), 2.0, Duration.ofSeconds(1), Set.of()))
                .withBreaker(
                    2,
                    new RetryPolicy(
                        1, Duration.ofMillis(300), 2.0, Duration.ofSeconds(2), Set.of())));
  }

  /// One errand, if there is one.
  public void lookAndRun() {
    courier.look().ifPresent(courier::run);
  }

  private record Hasty(Outbox outbox) implements Outbox {
    @Override
    public java.util.Optional<Taken> take(long workerId, Terms terms) {
      return outbox.take(workerId, terms);
    }

    @Override
    public boolean finish(Report report) {
      return outbox.finish(
          new Report(
              report.deliveryId(),
              report.settled().stream()
                  .map(each -> new Settled(each.key(), each.fate(), each.problem(), Duration.ZERO))
                  .toList(),
              report.mostAttempts(),
              report.pause(),
              report.receipt()));
    }
  }
}
