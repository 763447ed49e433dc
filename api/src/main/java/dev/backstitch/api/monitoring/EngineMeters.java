package dev.backstitch.api.monitoring;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.worker.EngineMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/// The engine's own figures as meters.
///
/// The registry refers to the engine weakly: whoever adds the meters keeps it.
public final class EngineMeters {
  private final MeterRegistry registry;
  private final Orchestrator engine;

  private EngineMeters(MeterRegistry registry, Orchestrator engine) {
    this.registry = registry;
    this.engine = engine;
  }

  /// Adds all of them.
  public static void addTo(MeterRegistry registry, Orchestrator engine) {
    var meters = new EngineMeters(registry, engine);
    meters.counter("runs.started", "Runs that this worker accepted", EngineMetrics::runsStarted);
    meters.counter("runs.closed", "Runs that completed or failed here", EngineMetrics::runsClosed);
    meters.counter("events.recorded", "Events made durable", EngineMetrics::eventsRecorded);
    meters.counter("flushes", "Transactions that recorded events", EngineMetrics::flushes);
    meters.counter(
        "cache.hits", "Runs with something to do that were in memory", EngineMetrics::cacheHits);
    meters.counter(
        "cache.misses",
        "Runs with something to do that had to be replayed",
        EngineMetrics::cacheMisses);
    meters.counter("events.replayed", "Events read to rebuild runs", EngineMetrics::eventsReplayed);
    meters.counter(
        "activity.attempts", "Attempts of activities that ended", EngineMetrics::activityAttempts);
    meters.counter(
        "activity.failures", "Attempts of activities that failed", EngineMetrics::activityFailures);
    meters.gauge(
        "cache.hit.ratio", "Share of runs found in memory since the start", EngineMeters::hitRatio);
    meters.gauge("runs.in.memory", "Runs in memory", EngineMetrics::runsInMemory);
    meters.gauge(
        "activities.in.flight", "Attempts that run now", EngineMetrics::activitiesInFlight);
    meters.gauge(
        "checkpoints.queued",
        "Checkpoints that wait for a flush",
        EngineMetrics::queuedCheckpoints);
  }

  /// 1 before anything was looked for: nothing was missed.
  private static double hitRatio(EngineMetrics metrics) {
    long looks = metrics.cacheHits() + metrics.cacheMisses();
    return looks == 0 ? 1 : (double) metrics.cacheHits() / looks;
  }

  private void counter(String name, String description, ToDoubleFunction<EngineMetrics> value) {
    FunctionCounter.builder(
            "backstitch." + name, engine, source -> value.applyAsDouble(source.metrics()))
        .description(description)
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<EngineMetrics> value) {
    Gauge.builder("backstitch." + name, engine, source -> value.applyAsDouble(source.metrics()))
        .description(description)
        .register(registry);
  }
}
