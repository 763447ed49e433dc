package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A cancelled run ends, and may clean up.
final class CancelTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Reservation implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      run.call(new Echo("reserve"));
      try {
        return run.call(new Echo(input));
      } catch (RunCancelledException e) {
        run.shielded(() -> run.call(new Echo("release")));
        throw e;
      }
    }
  }

  static final class Nap implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      run.sleep(Duration.ofHours(1));
      return "slept";
    }
  }

  /// Cleans up for as long as it is told.
  static final class Stubborn implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      try {
        run.sleep(Duration.ofHours(1));
      } catch (RunCancelledException e) {
        run.shielded(() -> run.signals("go", String.class).receive());
      }
      return "ended well";
    }
  }

  private Engine engine(Consumer<Registry> content) {
    OrchestratorConfig config = Engine.config();
    return Engine.on(database, config.withInbox(config.inbox().withHints(false)), content);
  }

  @Test
  void a_cancel_during_an_activity_interrupts_it_and_lets_the_run_clean_up() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    List<String> calls = new CopyOnWriteArrayList<>();
    Consumer<Registry> content =
        registry -> {
          registry.workflow("reservation", Reservation::new);
          registry.activity(
              Echo.class,
              (call, _) -> {
                calls.add(call.text());
                if (call.text().equals("pay")) {
                  blocked.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                }
                return call.text();
              },
              o -> o);
        };
    try (Engine owner = engine(content);
        Engine other = engine(content)) {
      RunId run = owner.start("reservation", "\"pay\"");
      blocked.await();

      SendResult sent = other.orchestrator.cancel(run, "octocat", "changed my mind");

      assertThat(sent).isEqualTo(new SendResult.Accepted());
      assertThat(other.await(run)).isEqualTo(new RunResult.Cancelled("octocat", "changed my mind"));
      interrupted.await();
      assertThat(calls).containsExactly("reserve", "pay", "release");
      assertThat(owner.types(run))
          .containsExactly(
              "RunStarted",
              "ActivityScheduled",
              "ActivityCompleted",
              "ActivityScheduled",
              "CancelRequested",
              "ActivityCancelled",
              "ActivityScheduled",
              "ActivityCompleted",
              "RunCancelled");
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> owner.orchestrator.metrics().activitiesInFlight() == 0);
    }
  }

  @Test
  void what_a_cancelled_activity_answers_later_is_ignored() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    try (Engine engine =
        engine(registry -> {
          registry.workflow("reservation", Reservation::new);
          registry.activity(
              Echo.class,
              (call, _) -> {
                if (call.text().equals("pay")) {
                  running.countDown();
                  awaitThroughInterrupts(answer);
                  answered.countDown();
                }
                return call.text();
              },
              o -> o);
        })) {
      RunId run = engine.start("reservation", "\"pay\"");
      running.await();

      engine.orchestrator.cancel(run, "octocat", "");

      assertThat(engine.await(run)).isEqualTo(new RunResult.Cancelled("octocat", ""));
      List<String> types = engine.types(run);
      answer.countDown();
      answered.await();
      assertThat(engine.types(run)).isEqualTo(types).endsWith("RunCancelled");
    }
  }

  private static void awaitThroughInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException ignored) {
        // It ignores its interrupt on purpose.
      }
    }
  }

  @Test
  void a_cancel_ends_the_sleep_of_a_run_that_is_in_memory_or_parked() throws Exception {
    OrchestratorConfig config = Engine.config().withRunsInMemory(1);
    try (Sql sql = Sql.on(database);
        Engine engine =
            Engine.on(database, config, registry -> registry.workflow("nap", Nap::new))) {
      List<RunId> runs = List.of(engine.start("nap", "\"\""), engine.start("nap", "\"\""));
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> sql.rows("select from backstitch.run where worker_id is null").size() == 1);

      for (RunId run : runs) {
        engine.orchestrator.cancel(run, "octocat", "wake up");
      }

      for (RunId run : runs) {
        assertThat(engine.await(run)).isEqualTo(new RunResult.Cancelled("octocat", "wake up"));
        assertThat(engine.types(run))
            .containsExactly(
                "RunStarted", "TimerSet", "CancelRequested", "TimerCancelled", "RunCancelled");
      }
    }
  }

  @Test
  void a_second_cancel_changes_nothing_and_code_that_returns_has_completed() {
    try (Engine engine = engine(registry -> registry.workflow("stubborn", Stubborn::new))) {
      RunId run = engine.start("stubborn", "\"\"");

      engine.orchestrator.cancel(run, "first", "");
      await().atMost(Engine.PATIENCE).until(() -> engine.types(run).contains("CancelRequested"));
      engine.orchestrator.cancel(run, "second", "");
      engine.orchestrator.signal(
          run, new SignalRequest("go", "1", "test", Payload.ofJson("\"now\"")));

      assertThat(engine.resultOf(run)).isEqualTo("\"ended well\"");
      assertThat(engine.types(run))
          .containsExactly(
              "RunStarted",
              "TimerSet",
              "CancelRequested",
              "TimerCancelled",
              "SignalReceived",
              "RunCompleted");
      assertThat(engine.orchestrator.cancel(run, "third", ""))
          .isEqualTo(new SendResult.Closed(RunStatus.COMPLETED));
    }
  }
}
