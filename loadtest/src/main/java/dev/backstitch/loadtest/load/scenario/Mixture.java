package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.chaos.ChaosGuest;
import dev.backstitch.loadtest.chaos.ChaosPerformance;
import dev.backstitch.loadtest.chaos.ChaosSummary;
import dev.backstitch.loadtest.load.arrival.EverySecond;
import dev.backstitch.loadtest.load.arrival.Generator;
import dev.backstitch.loadtest.load.arrival.Halt;
import dev.backstitch.loadtest.load.arrival.Tally;
import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.stage.MixedWorker;
import dev.backstitch.loadtest.load.stage.StubbornTarget;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Everything at once on server processes that chaos kills, freezes and cuts off, and whose
/// database it restarts. The clients of the load ask again until they are answered, and what that
/// takes is part of the latency. When it is over, chaos proves that nothing was lost or repeated.
final class Mixture implements Scenario {
  private static final int CHAOS_CLIENTS = 10;

  @Override
  public List<Measurement> measure(Scene scene, Setting setting) throws InterruptedException {
    scene.observer().preparing(setting, "starting " + setting.workers() + " servers");
    Clients clients = new Clients(scene, setting);
    List<Measurement> measurements = new ArrayList<>();
    ChaosPerformance.Terms terms =
        new ChaosPerformance.Terms(
            setting.duration(),
            setting.workers(),
            setting.seed(),
            CHAOS_CLIENTS,
            MixedWorker.class);
    Thread measuring = Thread.currentThread();
    try (EverySecond _ = EverySecond.look("stop-chaos", () -> endEarly(scene.halt(), measuring))) {
      ChaosSummary chaos =
          ChaosPerformance.perform(
              terms, clients, line -> scene.observer().preparing(setting, line));
      measurements.addAll(clients.measurements());
      measurements.add(proof(setting, chaos));
    } catch (IllegalStateException e) {
      if (!scene.halt().isRequested()) {
        throw e;
      }
      // Chaos can't be told to end, only be interrupted. Then nothing is proved.
      measurements.addAll(clients.measurements());
    }
    return measurements;
  }

  private static void endEarly(Halt halt, Thread measuring) {
    if (halt.isRequested()) {
      measuring.interrupt();
    }
  }

  private static Measurement proof(Setting setting, ChaosSummary chaos) {
    return new Measurement(
        setting.scenario().text(),
        "chaos, " + setting.workers() + " servers",
        setting.command(),
        setting.conditions(0),
        Measurement.Volume.of(
            setting.duration().toNanos() / 1e9,
            chaos.runs(),
            chaos.steps(),
            Measurement.Misses.NONE),
        "",
        new Tally().latency(),
        null,
        null,
        List.of(),
        chaos.findings(),
        chaos);
  }

  /// One thing that is done again and again meanwhile.
  private record Part(KeyedWorkload workload, Setting setting, Tally tally) {

    private Part(KeyedWorkload workload, Setting all) {
      this(workload, all.withInFlight(workload.inFlight(all)), new Tally());
    }
  }

  /// The load beside chaos's own.
  private static final class Clients implements ChaosGuest {
    private final Scene scene;
    private final Setting setting;
    private final List<Part> parts;
    private final Halt over = new Halt();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long began;
    private volatile Duration took = Duration.ZERO;

    private Clients(Scene scene, Setting setting) {
      this.scene = scene;
      this.setting = setting;
      this.parts =
          KeyedWorkload.all(setting).stream().map(workload -> new Part(workload, setting)).toList();
    }

    @Override
    public void begin(Supplier<List<URI>> servers) {
      StubbornTarget target = new StubbornTarget(servers);
      began = System.nanoTime();
      for (Part part : parts) {
        threads.add(
            Thread.ofVirtual()
                .name("mixed-" + part.workload().name())
                .start(() -> repeat(part, target)));
      }
    }

    private void repeat(Part part, StubbornTarget target) {
      try {
        new Generator(scene.threads(), over)
            .generate(
                part.setting().terms(),
                part.workload().prepare(target, setting.runs()),
                part.tally());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void end() {
      took = Duration.ofNanos(System.nanoTime() - began);
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          over.request("interrupted");
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }

    private List<Measurement> measurements() {
      return parts.stream().map(this::measurement).toList();
    }

    private Measurement measurement(Part part) {
      Tally tally = part.tally();
      return new Measurement(
          setting.scenario().text(),
          part.workload().name(),
          setting.command(),
          part.setting().conditions(part.workload().steps()),
          Measurement.Volume.of(
              took.toNanos() / 1e9,
              tally.done(),
              tally.done() * part.workload().steps(),
              new Measurement.Misses(tally.failed(), tally.notBegun(), tally.inFlight())),
          part.workload().latencyFrom(),
          tally.latency(),
          null,
          null,
          List.of(),
          tally.failures(),
          null);
    }
  }
}
