package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.report.Costs;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.stage.Engine;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.loadtest.load.workload.LoadModule;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Reading;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// Some runs grow together, by order. At some lengths of their histories all of them do the same
/// number of steps, and what that costs is measured.
final class LongHistories implements Scenario {
  /// Lengths at which a step's cost is measured, in events.
  private static final List<Integer> LENGTHS = List.of(100, 2_000, 5_000, 20_000, 50_000);

  /// How many steps each run does at each length.
  private static final int STEPS_AT_LENGTH = 500;

  private static final int WARM_UP_STEPS = 100;

  /// A step is scheduled and completed.
  private static final int EVENTS_PER_STEP = 2;

  private static final Duration LOOK = Duration.ofMillis(10);

  @Override
  public List<Measurement> measure(Scene scene, Setting setting) throws InterruptedException {
    List<Measured> measured = new ArrayList<>();
    int late = 0;
    Reading opened;
    Engine engine;
    long steps;
    try (Engine open = scene.open(setting, Map.of())) {
      engine = open;
      opened = engine.meter().read();
      Growth warmUp = new Growth(scene, setting, engine.target());
      scene.observer().preparing(setting, "warming up");
      long until = System.nanoTime() + setting.warmUp().toNanos();
      while (System.nanoTime() < until && warmUp.grow(WARM_UP_STEPS)) {
        // The same as what is measured.
      }
      warmUp.end();
      Growth growth = new Growth(scene, setting, engine.target());
      for (int length : lengths(setting)) {
        scene.observer().preparing(setting, "growing to event " + length);
        if (!growth.growTo(length)) {
          late = scene.halt().isRequested() ? 0 : length;
          break;
        }
        measured.addAll(measured(scene, setting, engine, growth));
      }
      growth.end();
      steps = warmUp.steps + growth.steps;
    }
    Cost whole = opened.until(engine.meter().read());
    List<Measurement> measurements = new ArrayList<>();
    measured.forEach(
        one -> measurements.add(one.measurement(setting, new Costs.Work(whole, steps))));
    if (late > 0) {
      measurements.add(notReached(setting, late));
    }
    return measurements;
  }

  private static Measurement notReached(Setting setting, int length) {
    return new Measurement(
        setting.scenario().text(),
        "at event " + length,
        setting.command(),
        setting.conditions(0).at(length),
        Measurement.Volume.of(
            setting.duration().toNanos() / 1e9,
            0,
            0,
            new Measurement.Misses(0, 0, setting.inFlight())),
        "",
        new Tally().latency(),
        null,
        null,
        List.of(),
        List.of("event " + length + " was not reached within " + setting.duration()),
        null);
  }

  /// The lengths that so many steps reach.
  private static List<Integer> lengths(Setting setting) {
    return LENGTHS.stream().filter(length -> length <= setting.steps() * EVENTS_PER_STEP).toList();
  }

  private static List<Measured> measured(Scene scene, Setting setting, Engine engine, Growth growth)
      throws InterruptedException {
    int atEvent = growth.reached;
    int steps = Math.min(STEPS_AT_LENGTH, setting.steps());
    scene.observer().measuring(setting, engine, new Tally());
    Reading before = engine.meter().read();
    boolean done = growth.grow(steps);
    Cost cost = before.until(engine.meter().read());
    scene.observer().measured();
    return done
        ? List.of(new Measured(atEvent, new Costs.Work(cost, (long) steps * setting.inFlight())))
        : List.of();
  }

  /// What was measured at one length.
  private record Measured(int atEvent, Costs.Work work) {

    private Measurement measurement(Setting setting, Costs.Work whole) {
      return new Measurement(
          setting.scenario().text(),
          "at event " + atEvent,
          setting.command(),
          setting.conditions((int) (work.steps() / setting.inFlight())).at(atEvent),
          Measurement.Volume.of(
              work.cost().wall().toNanos() / 1e9,
              setting.inFlight(),
              work.steps(),
              Measurement.Misses.NONE),
          "",
          new Tally().latency(),
          Costs.of(work, whole),
          null,
          List.of(),
          List.of(),
          null);
    }
  }

  /// Runs that grow together.
  private static final class Growth {
    private final Target target;
    private final Waiting waiting;
    private final Jdbi database;
    private final Duration patience;
    private final List<RunId> runs = new ArrayList<>();
    private int seq = 1;
    private int reached = 1;
    private int orders;
    private long steps;

    private Growth(Scene scene, Setting setting, Target target) throws InterruptedException {
      this.target = target;
      this.waiting = new Waiting(scene.halt(), LOOK);
      this.database = Jdbi.create(scene.database().dataSource());
      this.patience = setting.duration();
      RunWorkload run =
          new RunWorkload(LoadModule.LONG_HISTORY, setting.steps(), setting.payloadBytes());
      for (int i = 0; i < setting.inFlight(); i++) {
        runs.add(target.start(run.request()));
      }
    }

    private boolean growTo(int length) throws InterruptedException {
      reached = length;
      int missing = (length - seq - 1) / EVENTS_PER_STEP;
      return missing <= 0 || grow(missing);
    }

    /// Whether they did so many steps, each.
    private boolean grow(int more) throws InterruptedException {
      order(more);
      seq += 1 + more * EVENTS_PER_STEP;
      steps += (long) more * runs.size();
      return waiting.happens(
          patience, () -> database.withHandle(handle -> LoadStore.notAt(handle, seq, runs)) == 0);
    }

    private void end() throws InterruptedException {
      order(0);
    }

    private void order(int more) throws InterruptedException {
      orders++;
      for (RunId run : runs) {
        target.signal(
            run,
            new SignalRequest(
                LoadModule.SIGNAL,
                "order-" + orders,
                "load",
                Payload.ofJson(Integer.toString(more))));
      }
    }
  }
}
