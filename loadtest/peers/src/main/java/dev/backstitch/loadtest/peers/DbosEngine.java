package dev.backstitch.loadtest.peers;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Effects;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Trials;
import dev.backstitch.loadtest.contest.Work;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// DBOS Transact for Java: workflows started and awaited in its own process, a row per step. See
/// <https://docs.dbos.dev/java/reference/lifecycle>.
public final class DbosEngine implements Engine {
  /// Its own pool has 10; more commits in progress share a write to the disk.
  private static final int CONNECTIONS = 20;

  private static final int CLIENTS = 256;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "dbos";
  }

  @Override
  public String settings() {
    return "dev.dbos:transact 1.1.0-m6, workflows called directly (no queue), a pool of "
        + CONNECTIONS;
  }

  @Override
  public Session open(Ground ground) throws IOException {
    Effects effects = Effects.open(ground);
    HikariDataSource pool = PeerPool.open(ground, CONNECTIONS);
    DBOS dbos =
        new DBOS(
            DBOSConfig.defaults("contest")
                .withDataSource(pool)
                .withAppVersion("1")
                .withExecutorId("contest"));
    ContestSteps steps = dbos.registerProxy(ContestSteps.class, new Steps(dbos, effects));
    dbos.launch();
    return new Working(dbos, pool, steps, effects);
  }

  /// The workflow.
  public static final class Steps implements ContestSteps {
    private final DBOS dbos;
    private final Effects effects;

    Steps(DBOS dbos, Effects effects) {
      this.dbos = dbos;
      this.effects = effects;
    }

    @Override
    @Workflow(name = "contest-crowd")
    public int crowd(int number, int steps, int stepMillis) {
      for (int i = 0; i < steps; i++) {
        int step = i;
        dbos.runStep(() -> marked(number, step, stepMillis), "step");
      }
      return steps;
    }

    private String marked(int number, int step, int millis) {
      effects.mark(number, step);
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      return PAYLOAD;
    }

    @Override
    @Workflow(name = "contest-steps")
    public int run(int steps) {
      for (int i = 0; i < steps; i++) {
        String payload = PAYLOAD;
        dbos.runStep(() -> payload, "step");
      }
      return steps;
    }
  }

  private record Working(DBOS dbos, HikariDataSource pool, ContestSteps steps, Effects effects)
      implements Session, Trials.Recoverable {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      ClosedLoop.perform(
          work, latencies, () -> dbos.startWorkflow(() -> steps.run(work.steps())).getResult());
    }

    @Override
    public void begin(Trials.Crowd crowd, Duration stepTime) throws Exception {
      AtomicInteger next = new AtomicInteger();
      int millis = Math.toIntExact(stepTime.toMillis());
      ClosedLoop.perform(
          new Work(crowd.steps(), CLIENTS, crowd.runs(), PATIENCE),
          new Latencies(),
          () -> {
            int number = next.getAndIncrement();
            return dbos.startWorkflow(
                () -> steps.crowd(number, crowd.steps(), millis),
                new StartWorkflowOptions(id(number)));
          });
    }

    /// Its launch has recovered what its executor left behind.
    @Override
    public void finish(Trials.Crowd crowd) throws Exception {
      for (int number = 0; number < crowd.runs(); number++) {
        Object done = dbos.retrieveWorkflow(id(number)).getResult();
        if (!Integer.valueOf(crowd.steps()).equals(done)) {
          throw new IllegalStateException("run " + number + " gave " + done);
        }
      }
    }

    private static String id(int number) {
      return "run-" + number;
    }

    @Override
    public void close() {
      dbos.shutdown();
      pool.close();
      try {
        effects.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
