package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.simulation.SimulatedProcess;
import dev.backstitch.orchestrator.simulation.SimulatedThread;
import dev.backstitch.orchestrator.simulation.Simulation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The real lane on a simulated thread, with a simulated network to a simulated database.
public final class SimulatedLane {
  private final Simulation simulation;
  private final SimulatedProcess process;
  private final Network network;

  /// How the way to the database behaves.
  public interface Network {

    /// Whether the connection breaks before a request has arrived.
    boolean losesRequest();

    /// Whether it breaks behind the commit.
    boolean losesAnswer();
  }

  public SimulatedLane(Simulation simulation, SimulatedProcess process, Network network) {
    this.simulation = simulation;
    this.process = process;
    this.network = network;
  }

  public CheckpointWriter of(SimulatedDatabase database, long workerId, Runnable whenFenced) {
    Remote store = new Remote(database.lane(workerId));
    return new CheckpointWriter(
        store,
        1 + simulation.chance().nextInt(16),
        whenFenced,
        new LaneLoop(
            "lane-of-" + workerId,
            work -> {
              SimulatedThread thread = simulation.thread(process, work);
              thread.resumeAfter(Duration.ZERO);
              return thread.thread();
            },
            new Queue(),
            simulation::pause));
  }

  /// A queue on which waiting is simulated.
  private final class Queue extends LinkedBlockingQueue<Checkpoint> {
    private transient @Nullable SimulatedThread waiting;

    @Override
    public boolean add(Checkpoint checkpoint) {
      SimulatedThread thread = waiting;
      waiting = null;
      if (thread != null) {
        thread.resumeAfter(simulation.within(Duration.ofMillis(2)));
      }
      return super.add(checkpoint);
    }

    @Override
    public @Nullable Checkpoint poll(long timeout, TimeUnit unit) {
      Checkpoint there = poll();
      if (there == null) {
        SimulatedThread thread = simulation.current();
        waiting = thread;
        thread.pause();
        there = poll();
      }
      return there;
    }
  }

  private interface Request<T> {
    T ask() throws SQLException;
  }

  /// An answer, or what the driver throws.
  private static final class Reply<T> {
    private @Nullable T value;
    private @Nullable SQLException refusal;
  }

  /// Requests take their time, and what happens to them does not depend on whether anybody waits.
  private final class Remote implements LaneStore {
    private final LaneStore database;
    private int underWay;

    Remote(LaneStore database) {
      this.database = database;
    }

    @Override
    public Map<RunId, Optional<RunId>> write(List<Checkpoint> batch) throws SQLException {
      return ask(() -> database.write(batch));
    }

    @Override
    public CheckpointStore.Settled settle(List<Checkpoint> batch) throws SQLException {
      // It locks the fence row, and so waits for a flush of this lane that is under way.
      while (underWay > 0) {
        simulation.pause(Duration.ofMillis(1));
      }
      return ask(() -> database.settle(batch));
    }

    @Override
    public void disconnect() {}

    private <T> T ask(Request<T> request) throws SQLException {
      Reply<T> reply = new Reply<>();
      if (network.losesRequest()) {
        boolean isUnderWay = simulation.chance().nextBoolean();
        if (isUnderWay) {
          execute(request, new Reply<>(), simulation.within(Duration.ofMillis(50)));
        }
        simulation.pause(simulation.within(Duration.ofMillis(5)));
        throw new SQLException("the connection broke", "08006");
      }
      Duration way = simulation.within(Duration.ofMillis(2));
      execute(request, reply, way);
      simulation.pause(way.plus(simulation.within(Duration.ofMillis(2))));
      if (network.losesAnswer()) {
        throw new SQLException("the connection broke", "08006");
      }
      SQLException refusal = reply.refusal;
      if (refusal != null) {
        throw refusal;
      }
      return Objects.requireNonNull(reply.value);
    }

    private <T> void execute(Request<T> request, Reply<T> reply, Duration way) {
      underWay++;
      simulation.after(
          way,
          null,
          () -> {
            underWay--;
            try {
              reply.value = request.ask();
            } catch (SQLException e) {
              reply.refusal = e;
            }
          });
    }
  }
}
