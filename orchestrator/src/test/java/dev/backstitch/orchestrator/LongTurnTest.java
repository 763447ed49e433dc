package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A run that learns as fast as it can take it in.
final class LongTurnTest {
  private static final int CALLS = 200;

  /// The result at which its code takes long.
  private static final int LONG = 150;

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final TestDatabase database = TestDatabase.create();
  private final CountDownLatch allReported = new CountDownLatch(1);
  private final CountDownLatch looked = new CountDownLatch(1);

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private final class Collect implements Workflow<String, Integer> {
    @Override
    public Integer run(RunContext run, String name) {
      List<Promise<String>> results =
          IntStream.range(0, CALLS).mapToObj(i -> run.start(new Echo(name + " " + i))).toList();
      for (int i = 0; i < CALLS; i++) {
        results.get(i).get();
        if (i == 0) {
          await(allReported);
        } else if (i == LONG) {
          await(looked);
        }
      }
      return CALLS;
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("the run was given up", e);
      }
    }
  }

  private void register(Registry registry) {
    registry.workflow("collect", Collect::new);
    registry.batchActivity(
        Echo.class,
        new BatchPolicy<>(CALLS, Duration.ofSeconds(5), _ -> "one"),
        items ->
            items.stream()
                .map(item -> new BatchResult.Done<>(item.call().text()))
                .<BatchResult<String>>map(done -> done)
                .toList(),
        options -> options.withEffect(Effect.READ));
  }

  @Test
  void what_it_has_learned_is_durable_although_there_is_always_more() throws Exception {
    try (Engine engine = Engine.on(database, this::register);
        Sql sql = Sql.on(database)) {
      RunId run = engine.start("collect", "\"a run\"");
      // All results wait for the run's one turn, which is held up at the first.
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> engine.orchestrator.metrics().activityAttempts() == CALLS);
      allReported.countDown();

      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(
                      Integer.parseInt(
                          sql.rows(
                                  "select count(*) from backstitch.history"
                                      + " where event_type = 'ActivityCompleted'")
                              .getFirst()))
                  .isBetween(50, LONG));
      looked.countDown();

      assertThat(engine.resultOf(run)).isEqualTo(Integer.toString(CALLS));
    }
  }
}
