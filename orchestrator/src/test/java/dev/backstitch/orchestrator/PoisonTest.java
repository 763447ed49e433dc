package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A run whose rows the server refuses stops alone.
final class PoisonTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class FanOut implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer width) {
      List<Integer> items = IntStream.range(0, width).boxed().toList();
      return run.callAll(items, item -> new Echo("item " + item)).size();
    }
  }

  @Test
  void refused_rows_stop_their_run_alone_and_leave_no_gap_behind() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Engine engine =
        Engine.on(
            database,
            Engine.config().withBuild("one"),
            registry -> {
              registry.workflow("fan-out", FanOut::new);
              registry.activity(
                  Echo.class,
                  (call, _) -> {
                    release.await();
                    return call.text();
                  },
                  o -> o.withEffect(Effect.READ));
            })) {
      RunId poisoned = engine.start("fan-out", "50");
      List<RunId> others = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        others.add(engine.start("fan-out", "20"));
      }
      int lastSeq = engine.history(poisoned).getLast().seq();

      insertBehindItsBack(poisoned, lastSeq + 1);
      release.countDown();

      for (RunId other : others) {
        assertThat(engine.resultOf(other)).isEqualTo("20");
      }
      await()
          .atMost(Engine.PATIENCE)
          .untilAsserted(() -> assertThat(describe(engine, poisoned)).isEqualTo(RunStatus.STUCK));
      Run stuck = engine.orchestrator.describe(poisoned).orElseThrow();
      assertThat(stuck.problem()).contains("BST-RUN-002", "23505");
      assertThat(engine.history(poisoned)).as(engine.print(poisoned)).hasSize(lastSeq + 1);
      assertThat(engine.orchestrator.metrics().runsInMemory()).isZero();
    }
  }

  private static RunStatus describe(Engine engine, RunId id) {
    return engine.orchestrator.describe(id).orElseThrow().status();
  }

  private void insertBehindItsBack(RunId id, int seq) throws SQLException {
    try (var connection = Engine.address(database).connect("test");
        var insert =
            connection.prepareStatement(
                """
                insert into backstitch.history
                  (run_id, seq, event_type, occurred_at, worker_id, payload)
                values (?, ?, 'TimerFired', clock_timestamp(), 999, '{"ordinal":1}')
                """)) {
      insert.setLong(1, id.value());
      insert.setInt(2, seq);
      insert.executeUpdate();
    }
  }
}
