package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A run is ended whatever it does, and nobody else notices.
final class TerminateTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  /// One step, and never another; nor does it wait.
  record Spin(AtomicBoolean enough) implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      run.call(new Echo("once"));
      while (!enough.get()) {
        Thread.onSpinWait();
      }
      return "had enough";
    }
  }

  record AskForEver(CountDownLatch ended) implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      run.call(new Echo("once"));
      try {
        while (true) {
          run.random();
        }
      } finally {
        ended.countDown();
      }
    }
  }

  static final class Steps implements Workflow<Integer, String> {
    @Override
    public String run(RunContext run, Integer steps) {
      for (int i = 0; i < steps; i++) {
        run.call(new Echo("step " + i));
      }
      return "done";
    }
  }

  private Engine engine(boolean hints, Consumer<Registry> content) {
    OrchestratorConfig config = Engine.config();
    return Engine.on(
        database,
        config.withInbox(config.inbox().withHints(hints)),
        registry -> {
          registry.activity(Echo.class, (call, _) -> call.text(), o -> o);
          content.accept(registry);
        });
  }

  private static void awaitEvent(Engine engine, RunId run, String type) {
    await().atMost(Engine.PATIENCE).until(() -> engine.types(run).contains(type));
  }

  private static void awaitForgotten(Engine engine) {
    await().atMost(Engine.PATIENCE).until(() -> engine.orchestrator.metrics().runsInMemory() == 0);
  }

  @Test
  void a_run_that_spins_is_ended_through_another_worker_and_forgotten_by_its_owner() {
    AtomicBoolean enough = new AtomicBoolean();
    Consumer<Registry> spin = registry -> registry.workflow("spin", () -> new Spin(enough));
    try (Engine owner = engine(false, spin);
        Engine other = engine(false, spin)) {
      RunId run = owner.start("spin", "\"\"");
      awaitEvent(other, run, "ActivityScheduled");

      TerminateResult result = other.orchestrator.terminate(run, "octocat", "it spins");

      assertThat(result).isEqualTo(new TerminateResult.Terminated());
      assertThat(other.await(run)).isEqualTo(new RunResult.Terminated("octocat", "it spins"));
      assertThat(owner.await(run)).isEqualTo(new RunResult.Terminated("octocat", "it spins"));
      awaitForgotten(owner);
      enough.set(true);
      assertThat(other.orchestrator.terminate(run, "again", ""))
          .isEqualTo(new TerminateResult.AlreadyClosed(RunStatus.TERMINATED));
      assertThat(owner.types(run)).endsWith("RunTerminated");
    } finally {
      enough.set(true);
    }
  }

  @Test
  void code_that_never_waits_but_asks_ends_when_it_asks() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (Engine engine =
        engine(true, registry -> registry.workflow("ask", () -> new AskForEver(ended)))) {
      RunId run = engine.start("ask", "\"\"");
      awaitEvent(engine, run, "ActivityScheduled");

      engine.orchestrator.terminate(run, "octocat", "");

      ended.await();
      assertThat(engine.types(run)).endsWith("RunTerminated");
    }
  }

  @Test
  void a_terminated_runs_activity_is_interrupted() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("steps", Steps::new);
              registry.activity(
                  Echo.class,
                  (call, _) -> {
                    running.countDown();
                    try {
                      new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                      interrupted.countDown();
                      throw e;
                    }
                    return call.text();
                  },
                  o -> o);
            })) {
      RunId run = engine.start("steps", "1");
      running.await();

      engine.orchestrator.terminate(run, "octocat", "");

      interrupted.await();
      awaitForgotten(engine);
      assertThat(engine.types(run))
          .containsExactly("RunStarted", "ActivityScheduled", "RunTerminated");
    }
  }

  @Test
  void stuck_and_parked_runs_can_be_ended_without_any_worker() throws Exception {
    List<RunId> runs = new ArrayList<>();
    CountDownLatch never = new CountDownLatch(1);
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("steps", Steps::new);
              registry.activity(
                  Echo.class,
                  (call, _) -> {
                    never.await();
                    return call.text();
                  },
                  o -> o);
            })) {
      runs.add(engine.start("steps", "1"));
      runs.add(engine.start("steps", "1"));
    }
    try (Sql sql = Sql.on(database)) {
      sql.execute(
          "update backstitch.run set status = 'STUCK', problem = 'test', wake_at = 'infinity'"
              + " where run_id = "
              + runs.getFirst().value());

      RunControl control = RunControl.on(database.dataSource());
      for (RunId run : runs) {
        assertThat(control.terminate(run, "octocat", "no more"))
            .isEqualTo(new TerminateResult.Terminated());
      }

      assertThat(
              sql.rows(
                  "select status, problem is null, wake_at is null, worker_id is null"
                      + " from backstitch.run"))
          .containsExactly("TERMINATED t t t", "TERMINATED t t t");
      assertThat(control.terminate(new RunId(1), "octocat", ""))
          .isEqualTo(new TerminateResult.UnknownRun());
    }
  }

  @Test
  void terminations_that_race_with_flushes_leave_every_history_whole_and_others_alone()
      throws Exception {
    Consumer<Registry> steps = registry -> registry.workflow("steps", Steps::new);
    SplittableRandom chance = new SplittableRandom(7);
    try (Engine owner = engine(true, steps);
        Engine other = engine(true, steps)) {
      for (int round = 0; round < 10; round++) {
        // Some are terminated on their way, some about when they end.
        List<RunId> doomed =
            IntStream.range(0, 20)
                .mapToObj(i -> owner.start("steps", Integer.toString(i < 10 ? 100_000 : i)))
                .toList();
        List<RunId> spared =
            IntStream.range(0, 10).mapToObj(_ -> owner.start("steps", "30")).toList();
        for (RunId run : doomed) {
          // Somewhere between its flushes, or in the middle of one.
          owner.orchestrator.awaitHistory(run, chance.nextInt(40), 1, Duration.ofMillis(20));
          (chance.nextBoolean() ? owner : other).orchestrator.terminate(run, "test", "race");
        }

        for (RunId run : spared) {
          assertThat(owner.resultOf(run)).isEqualTo("\"done\"");
        }
        for (RunId run : doomed) {
          assertWhole(other, run);
        }
      }
      awaitForgotten(owner);
      assertThat(owner.orchestrator.unreadyReason()).isEmpty();
      try (Sql sql = Sql.on(database)) {
        assertThat(sql.rows("select distinct status from backstitch.run"))
            .contains("TERMINATED")
            .doesNotContain("STUCK", "RUNNING");
        assertThat(
                sql.rows(
                    "select deadlocks from pg_stat_database where datname = current_database()"))
            .containsExactly("0");
      }
    }
  }

  private static void assertWhole(Engine engine, RunId id) {
    engine.await(id);
    Run run = engine.orchestrator.describe(id).orElseThrow();
    List<RecordedEvent> history = engine.history(id);
    assertThat(history)
        .extracting(RecordedEvent::seq)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, history.size()).boxed().toList());
    assertThat(history).filteredOn(e -> e.event().isClosing()).hasSize(1);
    Event last = history.getLast().event();
    assertThat(last)
        .isInstanceOf(
            run.status() == RunStatus.TERMINATED
                ? Event.RunTerminated.class
                : Event.RunCompleted.class);
    assertThat(run.workerId()).isNull();
    assertThat(run.wakeAt()).isNull();
  }
}
