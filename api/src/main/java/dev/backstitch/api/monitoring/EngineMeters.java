package dev.backstitch.api.monitoring;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.checkpoint.FlushSizes;
import dev.backstitch.orchestrator.checkpoint.LaneMetrics;
import dev.backstitch.orchestrator.worker.EngineMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The engine's own figures as meters.
///
/// The registry refers to the engine weakly: whoever adds the meters keeps it.
public final class EngineMeters {
  private static final double NANOS_PER_SECOND = 1e9;

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
    meters.gauge("lanes", "Lanes that write checkpoints", metrics -> metrics.lanes().lanes());
    meters.laneTime("waiting", LaneMetrics::waiting);
    meters.laneTime("writing", LaneMetrics::writing);
    meters.laneTime("telling", LaneMetrics::telling);
    meters.sizes("flushes.by.checkpoints", "checkpoints", LaneMetrics::checkpoints);
    meters.sizes("flushes.by.events", "events", LaneMetrics::events);
  }

  /// 1 before anything was looked for: nothing was missed.
  private static double hitRatio(EngineMetrics metrics) {
    long looks = metrics.cacheHits() + metrics.cacheMisses();
    return looks == 0 ? 1 : (double) metrics.cacheHits() / looks;
  }

  /// Of all lanes together: divided by their number and by the time it is a share.
  private void laneTime(String state, Function<LaneMetrics, Duration> spent) {
    FunctionCounter.builder(
            "backstitch.lane",
            engine,
            source -> spent.apply(source.metrics().lanes()).toNanos() / NANOS_PER_SECOND)
        .baseUnit("seconds")
        .tag("state", state)
        .description("What lanes spend their time on")
        .register(registry);
  }

  /// Counts up to each border, as `histogram_quantile` wants them.
  private void sizes(String name, String what, Function<LaneMetrics, FlushSizes> sizes) {
    for (int i = 0; i < FlushSizes.BORDERS; i++) {
      int index = i;
      boolean last = i == FlushSizes.BORDERS - 1;
      FunctionCounter.builder(
              "backstitch." + name,
              engine,
              source -> sizes.apply(source.metrics().lanes()).upTo(index))
          .tag("le", last ? "+Inf" : Integer.toString(FlushSizes.border(index)))
          .description("Flushes with at most so many " + what)
          .register(registry);
    }
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
