package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Generator;
import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.arrival.Terms;
import dev.backstitch.loadtest.load.report.Costs;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.stage.Engine;
import dev.backstitch.loadtest.load.stage.Target;
import dev.backstitch.loadtest.load.workload.LoadModule;
import dev.backstitch.loadtest.meter.Cost;
import dev.backstitch.loadtest.meter.Heap;
import dev.backstitch.loadtest.meter.Reading;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Many runs sleep until moments that lie evenly behind each other, the first of them when all runs
/// have been started. Then the heap is measured, and after that how late each woke up.
///
/// How fast runs can be started is found out first, with some that do not sleep.
final class Timers implements Scenario {
  /// How many timers are due in a second, unless told otherwise.
  private static final double USUAL_RATE = 2_000;

  private static final int PILOTS = 500;
  private static final double MARGIN = 2;
  private static final Duration LEAST_LEAD = Duration.ofSeconds(2);
  private static final Duration LONGEST_START = Duration.ofMinutes(30);
  private static final Duration LOOK = Duration.ofMillis(100);

  @Override
  public List<Measurement> measure(Scene scene, Setting setting) throws InterruptedException {
    Jdbi database = Jdbi.create(scene.database().dataSource());
    Waiting waiting = new Waiting(scene.halt(), LOOK);
    Night night;
    Reading opened;
    Engine engine;
    try (Engine open = scene.open(setting, java.util.Map.of())) {
      engine = open;
      opened = engine.meter().read();
      scene.observer().preparing(setting, "starting runs that do not sleep");
      Duration lead = lead(scene, setting, engine.target());
      waiting.happens(
          Generator.DRAIN,
          () -> database.withHandle(handle -> LoadStore.open(handle, LoadModule.SLEEPER)) == 0);
      night = new Night(scene, setting, engine, database, waiting);
      night.fallAsleep(lead);
      night.wakeUp();
    }
    return List.of(night.measurement(opened.until(engine.meter().read())));
  }

  /// How long before the first is due the starting must begin.
  private static Duration lead(Scene scene, Setting setting, Target target)
      throws InterruptedException {
    Tally pilots = new Tally();
    Duration took = start(scene, setting, PILOTS, pilots, target, _ -> Instant.EPOCH);
    double nanos = MARGIN * setting.runs() * took.toNanos() / Math.max(1, pilots.done());
    return LEAST_LEAD.plus(Duration.ofNanos((long) nanos));
  }

  /// When the sleeper of a number is to wake up.
  private interface Alarm {
    Instant of(long number);
  }

  private static Duration start(
      Scene scene, Setting setting, long runs, Tally tally, Target target, Alarm alarm)
      throws InterruptedException {
    return scene
        .generator()
        .generate(
            new Terms(
                OptionalDouble.empty(), setting.inFlight(), runs, LONGEST_START, setting.seed()),
            number ->
                target.start(
                    new StartRequest(
                        LoadModule.SLEEPER,
                        null,
                        Payload.ofJson("{\"wakeAt\": \"" + alarm.of(number) + "\"}"))),
            tally);
  }

  /// One measurement.
  private static final class Night {
    private final Scene scene;
    private final Setting setting;
    private final Engine engine;
    private final Jdbi database;
    private final Waiting waiting;
    private final Tally started = new Tally();
    private final Tally late = new Tally();
    private @Nullable Double heapPerRun;
    private Instant bedtime = Instant.EPOCH;
    private Instant first = Instant.EPOCH;
    private @Nullable Cost cost;
    private double seconds;
    private long overslept;

    private Night(Scene scene, Setting setting, Engine engine, Jdbi database, Waiting waiting) {
      this.scene = scene;
      this.setting = setting;
      this.engine = engine;
      this.database = database;
      this.waiting = waiting;
    }

    private double rate() {
      return setting.rate().orElse(USUAL_RATE);
    }

    private void fallAsleep(Duration lead) throws InterruptedException {
      long before = engine.inThisProcess() ? Heap.usedBytesAfterCollection() : 0;
      bedtime = database.withHandle(LoadStore::now);
      first = bedtime.plus(lead);
      scene.observer().measuring(setting, engine, started);
      start(scene, setting, setting.runs(), started, engine.target(), this::alarm);
      waiting.happens(
          Generator.DRAIN,
          () -> asleep() >= started.done() || database.withHandle(LoadStore::now).isAfter(first));
      if (engine.inThisProcess() && asleep() == started.done() && started.done() > 0) {
        heapPerRun = (Heap.usedBytesAfterCollection() - before) / (double) started.done();
      }
    }

    private Instant alarm(long number) {
      return first.plusNanos((long) (number / rate() * 1e9));
    }

    private long asleep() {
      return database.withHandle(handle -> LoadStore.asleep(handle, LoadModule.SLEEPER));
    }

    private void wakeUp() throws InterruptedException {
      scene.observer().preparing(setting, "waiting for the timers");
      waiting.happens(LONGEST_START, () -> !database.withHandle(LoadStore::now).isBefore(first));
      Reading before = engine.meter().read();
      Duration window = Duration.ofNanos((long) (setting.runs() / rate() * 1e9));
      // Nothing is asked of the database while timers fire.
      waiting.happens(
          window, () -> !database.withHandle(LoadStore::now).isBefore(first.plus(window)));
      waiting.happens(
          Generator.DRAIN,
          () -> database.withHandle(handle -> LoadStore.open(handle, LoadModule.SLEEPER)) == 0);
      cost = before.until(engine.meter().read());
      scene.observer().measured();
      count();
    }

    private void count() {
      List<Long> micros =
          database.withHandle(handle -> LoadStore.results(handle, LoadModule.SLEEPER, bedtime));
      for (long one : micros) {
        if (one < 0) {
          overslept++;
        } else {
          late.charge(Duration.ofNanos(one * 1_000).toNanos());
        }
      }
      Instant last =
          database
              .withHandle(handle -> LoadStore.lastClosed(handle, LoadModule.SLEEPER))
              .orElse(first);
      seconds = Math.max(0, Duration.between(first, last).toNanos() / 1e9);
    }

    private Measurement measurement(Cost whole) {
      long woken = late.latency().count();
      long unfinished = started.done() - woken - overslept;
      Cost measured = cost;
      return new Measurement(
          setting.scenario().text(),
          setting.label(),
          setting.command(),
          setting.conditions(1),
          Measurement.Volume.of(
              seconds,
              woken,
              woken,
              new Measurement.Misses(started.failed(), overslept, unfinished)),
          "from a timer's time to the event with which its run went on",
          late.latency(),
          measured == null
              ? null
              : Repetition.costs(new Costs.Work(measured, woken), new Costs.Work(whole, woken)),
          new Measurement.Waiting(started.done(), heapPerRun),
          List.of(),
          started.failures(),
          null);
    }
  }
}
