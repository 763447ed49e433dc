package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Generator;
import dev.backstitch.loadtest.load.arrival.Operation;
import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.report.Costs;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.stage.Engine;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Reading;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A scenario that does one thing again and again.
///
/// @param workload what is repeated; closed at the end
record Repetition(Workload workload) implements Scenario {

  @Override
  public List<Measurement> measure(Scene scene, Setting setting) throws InterruptedException {
    Tally warmUp = new Tally();
    Tally tally = new Tally();
    Duration took;
    Cost measured;
    Reading opened;
    Engine engine;
    List<Long> bySecond;
    try (workload;
        Engine open = scene.open(setting, workload.settings())) {
      engine = open;
      opened = engine.meter().read();
      scene.observer().preparing(setting, "preparing");
      long warmUps = setting.warmUp().isZero() ? 0 : workload.mostWarmUps();
      Operation operation = workload.prepare(engine.target(), setting.runs() + warmUps);
      Generator generator = scene.generator();
      if (warmUps > 0) {
        scene.observer().preparing(setting, "warming up");
        generator.generate(setting.warmUpTerms(warmUps), operation, warmUp);
      }
      Reading before = engine.meter().read();
      scene.observer().measuring(setting, engine, tally);
      try (BySecond series = BySecond.of(tally::done)) {
        took = generator.generate(setting.terms(), operation, tally);
        bySecond = series.soFar();
      }
      measured = before.until(engine.meter().read());
      scene.observer().measured();
    }
    Cost whole = opened.until(engine.meter().read());
    long steps = tally.done() * workload.steps();
    return List.of(
        new Measurement(
            setting.scenario().text(),
            setting.label(),
            setting.command(),
            setting.conditions(workload.steps()),
            Measurement.Volume.of(
                took.toNanos() / 1e9,
                tally.done(),
                steps,
                new Measurement.Misses(tally.failed(), tally.notBegun(), tally.inFlight())),
            workload.latencyFrom(),
            tally.latency(),
            costs(
                new Costs.Work(measured, steps),
                new Costs.Work(whole, steps + warmUp.done() * workload.steps())),
            null,
            bySecond,
            tally.failures(),
            null));
  }

  static @Nullable Costs costs(Costs.Work measured, Costs.Work whole) {
    return measured.steps() == 0 ? null : Costs.of(measured, whole);
  }
}
