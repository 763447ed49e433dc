package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run goes on where it was, when its engine ends and another one begins.
final class RestartTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Steps implements Workflow<Integer, String> {
    @Override
    public String run(RunContext run, Integer steps) {
      StringBuilder seen = new StringBuilder();
      for (int i = 1; i <= steps; i++) {
        seen.append(run.call(new Echo("step " + i))).append(", ");
        run.sleep(Duration.ofMillis(5));
        seen.append(run.record("after " + i, Integer.class, () -> 1)).append("; ");
      }
      return seen.toString();
    }
  }

  static final class Once implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      return run.start(new Echo(input)).outcome() instanceof Outcome.Unknown ? "unknown" : "known";
    }
  }

  private record Attempt(String text, int number, String key) {}

  private static Consumer<Registry> steps(
      List<Attempt> attempts, String blockAt, CountDownLatch blocked) {
    return registry -> {
      registry.workflow("steps", Steps::new);
      registry.activity(
          Echo.class,
          (call, context) -> {
            attempts.add(attempt(call, context));
            if (call.text().equals(blockAt)) {
              blocked.countDown();
              new CountDownLatch(1).await();
            }
            return call.text() + " done";
          },
          o -> o);
    };
  }

  private static Attempt attempt(Echo call, ActivityContext context) {
    return new Attempt(call.text(), context.attempt(), context.idempotencyKey());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void only_the_step_that_was_cut_short_is_done_again_and_with_its_key(int cut) throws Exception {
    List<Attempt> attempts = new CopyOnWriteArrayList<>();
    CountDownLatch blocked = new CountDownLatch(1);
    RunId id;
    try (Engine first = Engine.on(database, steps(attempts, "step " + cut, blocked))) {
      id = first.start("steps", "4");
      blocked.await();
    }

    try (Engine second = Engine.on(database, steps(attempts, "none", blocked))) {
      assertThat(second.resultOf(id))
          .isEqualTo("\"step 1 done, 1; step 2 done, 1; step 3 done, 1; step 4 done, 1; \"");
      for (int i = 1; i <= 4; i++) {
        String step = "step " + i;
        List<Attempt> own = attempts.stream().filter(a -> a.text().equals(step)).toList();
        assertThat(own).as(second.print(id)).hasSize(i == cut ? 2 : 1);
        assertThat(own).extracting(Attempt::key).containsOnly(id + "-" + (3 * i - 2));
        assertThat(own).extracting(Attempt::number).containsOnly(1);
      }
      assertThat(second.history(id)).extracting(RecordedEvent::seq).startsWith(1, 2, 3).hasSize(22);
    }
  }

  @Test
  void a_once_that_had_begun_is_unknown_and_not_done_again() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    List<Attempt> attempts = new CopyOnWriteArrayList<>();
    RunId id;
    try (Engine first = Engine.on(database, once(attempts, blocked))) {
      id = first.start("once", "\"x\"");
      blocked.await();
    }

    try (Engine second = Engine.on(database, once(attempts, blocked))) {
      assertThat(second.resultOf(id)).isEqualTo("\"unknown\"");
      assertThat(second.types(id))
          .containsExactly(
              "RunStarted",
              "ActivityScheduled",
              "ActivityStarted",
              "ActivityOutcomeUnknown",
              "RunCompleted");
      assertThat(attempts).hasSize(1);
    }
  }

  private static Consumer<Registry> once(List<Attempt> attempts, CountDownLatch blocked) {
    return registry -> {
      registry.workflow("once", Once::new);
      registry.activity(
          Echo.class,
          (call, context) -> {
            attempts.add(attempt(call, context));
            blocked.countDown();
            new CountDownLatch(1).await();
            return "never";
          },
          o -> o.withEffect(Effect.ONCE));
    };
  }

  @Test
  void the_count_of_attempts_and_the_wait_for_the_next_one_survive() {
    List<Attempt> attempts = new CopyOnWriteArrayList<>();
    RunId id;
    try (Engine first = Engine.on(database, failingOnce(attempts))) {
      id = first.start("steps", "1");
      awaitType(first, id, "ActivityAttemptFailed");
    }

    try (Engine second = Engine.on(database, failingOnce(attempts))) {
      second.resultOf(id);

      assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2);
      List<RecordedEvent> history = second.history(id);
      Instant retryAt = ((Event.ActivityAttemptFailed) history.get(2).event()).retryAt();
      assertThat(((Event.ActivityCompleted) history.get(3).event()).startedAt())
          .isAfterOrEqualTo(retryAt);
    }
  }

  private static Consumer<Registry> failingOnce(List<Attempt> attempts) {
    // No jitter to speak of: the server's own delay is the longer one.
    RetryPolicy retry =
        new RetryPolicy(2, Duration.ofMillis(1), 1.0, Duration.ofMillis(1), Set.of());
    return registry -> {
      registry.workflow("steps", Steps::new);
      registry.activity(
          Echo.class,
          (call, context) -> {
            attempts.add(attempt(call, context));
            if (context.attempt() == 1) {
              throw new TransientFailureException("busy", "come back", Duration.ofSeconds(1));
            }
            return call.text();
          },
          o -> o.withRetry(retry));
    };
  }

  @Test
  void a_deferral_survives_and_is_not_cut_short() {
    AtomicBoolean deferred = new AtomicBoolean();
    Consumer<Registry> content =
        registry -> {
          registry.workflow("steps", Steps::new);
          registry.activity(
              Echo.class,
              (call, _) -> {
                if (deferred.compareAndSet(false, true)) {
                  throw new DeferredException("quota", Duration.ofSeconds(1));
                }
                return call.text();
              },
              o -> o);
        };
    RunId id;
    try (Engine first = Engine.on(database, content)) {
      id = first.start("steps", "1");
      awaitType(first, id, "ActivityDeferred");
    }

    try (Engine second = Engine.on(database, content)) {
      second.resultOf(id);

      Instant until = ((Event.ActivityDeferred) second.history(id).get(2).event()).until();
      Event.ActivityCompleted done = (Event.ActivityCompleted) second.history(id).get(3).event();
      assertThat(done.startedAt()).isAfterOrEqualTo(until);
      assertThat(done.attempt()).isEqualTo(1);
    }
  }

  @Test
  void a_run_that_another_build_cannot_replay_waits_for_one_that_can() {
    List<Attempt> attempts = new CopyOnWriteArrayList<>();
    RunId id;
    try (Engine first =
        Engine.on(database, Engine.config().withBuild("one"), failingOnce(attempts))) {
      id = first.start("steps", "1");
      awaitType(first, id, "ActivityAttemptFailed");
    }
    try (Engine second =
        Engine.on(
            database,
            Engine.config().withBuild("two"),
            registry -> {
              registry.workflow("steps", OtherSteps::new);
              registry.activity(Echo.class, (call, _) -> call.text(), o -> o);
            })) {
      await()
          .atMost(Engine.PATIENCE)
          .untilAsserted(() ->
              assertThat(second.orchestrator.describe(id).orElseThrow().status())
                  .isEqualTo(RunStatus.STUCK));
      assertThat(second.orchestrator.describe(id).orElseThrow().problem())
          .contains("BST-RUN-001", "call 1 of Echo with {\"text\":\"step 1\"}", "other step");
    }

    try (Engine third =
        Engine.on(database, Engine.config().withBuild("three"), failingOnce(attempts))) {
      assertThat(third.resultOf(id)).isEqualTo("\"step 1, 1; \"");
      assertThat(attempts).extracting(Attempt::number).containsExactly(1, 2);
    }
  }

  static final class OtherSteps implements Workflow<Integer, String> {
    @Override
    public String run(RunContext run, Integer steps) {
      return run.call(new Echo("other step"));
    }
  }

  private static void awaitType(Engine engine, RunId id, String type) {
    await().atMost(Engine.PATIENCE).until(() -> engine.types(id).contains(type));
  }
}
