package dev.backstitch.api.monitoring;

import dev.backstitch.orchestrator.PostReader;
import dev.backstitch.orchestrator.outbox.OutboxSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The outbox as meters. All servers of a database show the same: it is asked for all of them.
///
/// One statement serves all gauges for some seconds. While the database does not answer they are
/// NaN, and a scrape waits a moment at the most. Safe for any thread.
public final class OutboxMeters {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxMeters.class);
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final double MILLIS_PER_SECOND = 1e3;

  private final MeterRegistry registry;
  private final PostReader posts;
  private @Nullable Reading newest;

  private record Reading(long beganNanos, CompletableFuture<OutboxSummary> summary) {
    boolean isFresh() {
      return System.nanoTime() - beganNanos < FRESH.toNanos();
    }
  }

  private OutboxMeters(MeterRegistry registry, PostReader posts) {
    this.registry = registry;
    this.posts = posts;
  }

  /// Adds all of them.
  public static void addTo(MeterRegistry registry, PostReader posts) {
    var meters = new OutboxMeters(registry, posts);
    meters.gauge(
        "waiting", "Versions that wait, are on their way or in doubt", OutboxSummary::waiting);
    meters.gauge(
        "oldest.waiting.seconds",
        "Age of the oldest version that waits",
        summary -> summary.oldestWaiting().toMillis() / MILLIS_PER_SECOND);
    meters.gauge("dead", "Versions that somebody must look at", OutboxSummary::dead);
    meters.ofADay("delivered", OutboxSummary::delivered);
    meters.ofADay("superseded", OutboxSummary::superseded);
    meters.ofADay("unchanged", OutboxSummary::unchanged);
  }

  private void gauge(String name, String description, ToDoubleFunction<OutboxSummary> value) {
    Gauge.builder("backstitch.outbox." + name, this, meters -> meters.read(value))
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  private void ofADay(String fate, ToDoubleFunction<OutboxSummary> value) {
    Gauge.builder("backstitch.outbox.posts", this, meters -> meters.read(value))
        .tag("fate", fate)
        .description("What became of the versions of runs that began within the last 24 hours")
        .strongReference(true)
        .register(registry);
  }

  private double read(ToDoubleFunction<OutboxSummary> value) {
    Reading reading = reading();
    long left = reading.beganNanos() + PATIENCE.toNanos() - System.nanoTime();
    try {
      return value.applyAsDouble(reading.summary().get(Math.max(0, left), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Double.NaN;
    } catch (ExecutionException e) {
      // Whoever asked has said so in the log.
      return Double.NaN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Double.NaN;
    }
  }

  private synchronized Reading reading() {
    Reading known = newest;
    if (known != null && known.isFresh()) {
      return known;
    }
    var summary = new CompletableFuture<OutboxSummary>();
    Reading asked = new Reading(System.nanoTime(), summary);
    newest = asked;
    Thread.ofVirtual().name("outbox-meters").start(() -> ask(summary));
    return asked;
  }

  private void ask(CompletableFuture<OutboxSummary> summary) {
    try {
      summary.complete(posts.summary());
    } catch (RuntimeException e) {
      LOG.warn("event=outbox_not_read reason=\"{}\"", e.getMessage());
      summary.completeExceptionally(e);
    }
  }
}
