package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.checkpoint.SimulatedLane;
import dev.backstitch.orchestrator.outbox.Outbox;
import dev.backstitch.orchestrator.outbox.SimulatedCourier;
import dev.backstitch.orchestrator.simulation.SimulatedProcess;
import dev.backstitch.orchestrator.simulation.SimulatedThread;
import dev.backstitch.orchestrator.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The real couriers of a worker on simulated threads, with a simulated network to the simulated
/// outbox.
final class SimulatedCouriers {
  private static final int AT_ONCE = 2;

  /// For how long a process may stand still with an answer in its hands.
  private static final Duration STANDSTILL = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofMillis(120);

  private final Simulation simulation;
  private final SimulatedProcess process;
  private final SimulatedLane.Network network;
  private final SimulatedDatabase database;
  private final Catalog catalog;

  SimulatedCouriers(
      Simulation simulation,
      SimulatedProcess process,
      SimulatedLane.Network network,
      SimulatedDatabase database,
      Catalog catalog) {
    this.simulation = simulation;
    this.process = process;
    this.network = network;
    this.database = database;
    this.catalog = catalog;
  }

  void start(long workerId, BooleanSupplier serves, SimulatedCluster.Flaw flaw) {
    for (int i = 0; i < AT_ONCE; i++) {
      SimulatedCourier courier =
          new SimulatedCourier(
              new Remote(),
              catalog,
              new SimulatedCourier.Bearings(
                  workerId,
                  // A thread that has to wait for its turn can't know how late it is.
                  flaw == SimulatedCluster.Flaw.SENDS_BEHIND_ITS_LEASE
                      ? () -> 0
                      : simulation::nanoTime,
                  simulation.chance()::nextDouble,
                  flaw == SimulatedCluster.Flaw.ASKS_WITHOUT_GRACE));
      SimulatedThread thread = simulation.thread(process, () -> work(courier, serves));
      thread.thread().start();
      thread.resumeAfter(simulation.within(LOOK));
    }
  }

  private void work(SimulatedCourier courier, BooleanSupplier serves) {
    while (serves.getAsBoolean()) {
      try {
        courier.lookAndRun();
      } catch (BrokenConnection e) {
        simulation.tell("a courier was cut off");
      }
      simulation.pause(LOOK.plus(simulation.within(LOOK)));
    }
  }

  /// What the driver throws.
  private static final class BrokenConnection extends RuntimeException {}

  private final class Remote implements Outbox {
    @Override
    public Optional<Taken> take(long workerId, Terms terms) {
      return ask(() -> database.outbox().take(workerId, terms));
    }

    @Override
    public boolean finish(Report report) {
      return ask(() -> database.outbox().finish(report));
    }

    private <T> T ask(Supplier<T> request) {
      if (network.losesRequest()) {
        simulation.pause(simulation.within(Duration.ofMillis(5)));
        throw new BrokenConnection();
      }
      List<T> answer = new ArrayList<>();
      Duration way = simulation.within(Duration.ofMillis(3));
      simulation.after(way, null, () -> answer.add(request.get()));
      boolean standsStill = network.losesAnswer();
      Duration back = simulation.within(standsStill ? STANDSTILL : Duration.ofMillis(3));
      simulation.pause(way.plus(back).plusNanos(1));
      if (network.losesAnswer()) {
        throw new BrokenConnection();
      }
      return answer.getFirst();
    }
  }
}
