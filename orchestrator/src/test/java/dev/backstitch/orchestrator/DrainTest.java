package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An engine that stops in good order while its runs are busy.
final class DrainTest {
  private static final int RUNS = 40;
  private static final int STEPS = 6;
  private static final OrchestratorConfig PATIENT =
      OrchestratorConfig.defaults().withDrain(Duration.ofSeconds(20));

  private final TestDatabase database = TestDatabase.create();
  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Steps implements Workflow<String, Integer> {
    @Override
    public Integer run(RunContext run, String name) {
      int done = 0;
      for (int i = 0; i < STEPS; i++) {
        done += run.call(new Echo(name + " " + i)).isEmpty() ? 0 : 1;
      }
      return done;
    }
  }

  /// Few slots for many runs: most attempts wait for one when the engine is told to stop.
  private Consumer<Registry> steps(Effect effect, CountDownLatch begun, CountDownLatch stopping) {
    return registry -> {
      registry.workflow("steps", Steps::new);
      registry.activity(
          Echo.class,
          (call, _) -> {
            effects.computeIfAbsent(call.text(), _ -> new AtomicInteger()).incrementAndGet();
            begun.countDown();
            stopping.await();
            return call.text();
          },
          options -> options.withEffect(effect).withInFlight(4));
    };
  }

  @ParameterizedTest
  @EnumSource(Effect.class)
  void what_runs_ends_what_waits_is_handed_over_and_nothing_is_done_twice(Effect effect)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(4);
    CountDownLatch stopping = new CountDownLatch(1);
    List<RunId> ids = new ArrayList<>();
    Engine first = Engine.on(database, PATIENT, steps(effect, begun, stopping));
    for (int i = 0; i < RUNS; i++) {
      ids.add(first.start("steps", "\"run " + i + "\""));
    }
    begun.await();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(first::close);
    try (Sql sql = Sql.on(database)) {
      // Runs leave as soon as nothing of theirs is on its way, while others still work. The ones
      // whose intent is on record wait for their turn.
      if (effect != Effect.ONCE) {
        awaitAtMostOwned(sql, 4);
      }
      stopping.countDown();
      closing.get();
      assertThat(sql.rows("select count(*) from backstitch.run where worker_id is not null"))
          .containsExactly("0");
      assertThat(sql.rows("select end_reason from backstitch.worker")).containsExactly("stopped");
    }

    try (Engine second =
        Engine.on(database, PATIENT, steps(effect, new CountDownLatch(0), stopping))) {
      for (RunId id : ids) {
        assertThat(second.resultOf(id)).isEqualTo(Integer.toString(STEPS));
      }
    }
    assertThat(effects).hasSize(RUNS * STEPS);
    assertThat(effects.values()).allMatch(count -> count.get() == 1);
  }

  private static void awaitAtMostOwned(Sql sql, int runs) {
    Awaitility.await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            Integer.parseInt(
                    sql.rows("select count(*) from backstitch.run where worker_id is not null")
                        .getFirst())
                <= runs);
  }
}
