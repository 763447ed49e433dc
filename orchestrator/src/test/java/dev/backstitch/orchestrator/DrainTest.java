package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Outcome;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An engine that stops in good order while its runs are busy.
final class DrainTest {
  private static final int RUNS = 40;
  private static final int STEPS = 6;
  private static final OrchestratorConfig PATIENT =
      OrchestratorConfig.defaults().withDrain(Duration.ofSeconds(20));
  private static final OrchestratorConfig HASTY =
      OrchestratorConfig.defaults().withDrain(Duration.ofSeconds(1));

  /// What the engine may take beyond the bound, on a slow machine.
  private static final Duration MARGIN = Duration.ofSeconds(20);

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

  @ParameterizedTest
  @EnumSource(names = {"READ", "WRITE"})
  void what_goes_on_past_the_bound_is_left_behind_and_its_run_goes_on_elsewhere(Effect effect)
      throws Exception {
    CompletableFuture<Void> release = new CompletableFuture<>();
    try {
      RunId id = startAndLeaveBehind(effect, release);

      try (Engine second =
          Engine.on(database, HASTY, oneStep(effect, new CountDownLatch(1), () -> {}))) {
        assertThat(second.resultOf(id)).isEqualTo("\"slow\"");
        assertThat(second.types(id)).containsOnlyOnce("ActivityCompleted");
      }
    } finally {
      release.complete(null);
    }
    assertThat(effects).containsOnlyKeys("slow");
    assertThat(effects.get("slow")).hasValue(2);
  }

  /// It may have happened or not, and it may happen yet: nobody does it again, and the run is told
  /// that nobody knows.
  @Test
  void a_once_that_goes_on_past_the_bound_is_unknown_and_is_not_begun_again() throws Exception {
    CompletableFuture<Void> release = new CompletableFuture<>();
    try {
      RunId id = startAndLeaveBehind(Effect.ONCE, release);

      try (Engine second =
          Engine.on(database, HASTY, oneStep(Effect.ONCE, new CountDownLatch(1), () -> {}))) {
        assertThat(second.resultOf(id)).isEqualTo("\"nobody knows\"");
        assertThat(second.types(id))
            .containsExactly(
                "RunStarted",
                "ActivityScheduled",
                "ActivityStarted",
                "ActivityOutcomeUnknown",
                "RunCompleted");
      }
    } finally {
      release.complete(null);
    }
    assertThat(effects).containsOnlyKeys("slow");
    assertThat(effects.get("slow")).hasValue(1);
  }

  /// Stops an engine in the middle of a run's only step, which goes on until it is released.
  private RunId startAndLeaveBehind(Effect effect, CompletableFuture<Void> release)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    // Join does not heed interrupts: nothing but the bound lets the engine go.
    Engine first = Engine.on(database, HASTY, oneStep(effect, begun, release::join));
    RunId id = first.start("one-step", "\"slow\"");
    begun.await();

    long before = System.nanoTime();
    CompletableFuture.runAsync(first::close)
        .get(HASTY.drain().plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(HASTY.drain());
    assertThat(release).isNotDone();
    try (Sql sql = Sql.on(database)) {
      assertThat(sql.rows("select status, worker_id is null from backstitch.run"))
          .containsExactly("RUNNING t");
      assertThat(sql.rows("select end_reason from backstitch.worker")).containsExactly("stopped");
    }
    return id;
  }

  static final class OneStep implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String name) {
      return switch (run.start(new Echo(name)).outcome()) {
        case Outcome.Success<String> success -> success.value();
        case Outcome.Failed<String> failed -> failed.failure().toString();
        case Outcome.Unknown<String> _ -> "nobody knows";
      };
    }
  }

  private Consumer<Registry> oneStep(Effect effect, CountDownLatch begun, Runnable block) {
    return registry -> {
      registry.workflow("one-step", OneStep::new);
      registry.activity(
          Echo.class,
          (call, _) -> {
            effects.computeIfAbsent(call.text(), _ -> new AtomicInteger()).incrementAndGet();
            begun.countDown();
            block.run();
            return call.text();
          },
          options -> options.withEffect(effect));
    };
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
