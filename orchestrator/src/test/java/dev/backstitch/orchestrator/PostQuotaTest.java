package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.outbox.TargetState;
import dev.backstitch.orchestrator.outbox.WaitingPost;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaLedger;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Deliveries to a target that uses somebody's quota.
final class PostQuotaTest {
  private static final Target WALL = new Target("wall", "here");
  private static final QuotaUse USE =
      QuotaUse.write("wall.example/us", "nails", Lane.LIVE, QuotaRules.DEFAULT);
  private static final Duration SOON = Duration.ofSeconds(6);
  private static final Duration LATE = Duration.ofHours(1);

  private final TestDatabase database = TestDatabase.create();
  private final Wall wall = new Wall(USE);

  @AfterEach
  void close() {
    wall.open();
    database.close();
  }

  private Engine engine() {
    RetryPolicy once =
        new RetryPolicy(3, Duration.ofMillis(10), 1.0, Duration.ofMillis(10), Set.of());
    return Engine.on(
        database,
        Engine.config()
            .withOutbox(
                OutboxConfig.defaults()
                    .withInterval(Duration.ofMillis(20))
                    .withTimes(Duration.ofSeconds(10), Duration.ofMillis(500))
                    .withRetry(once)),
        this::register);
  }

  private void register(Registry registry) {
    registry.workflow("show", Show::new);
    registry.target("wall", wall);
  }

  static final class Show implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String text) {
      run.post(WALL, "key", text);
      return text;
    }
  }

  /// Lets the server say what is left, and for how long.
  private void left(int nails, Duration untilReset) {
    QuotaLedger ledger =
        new QuotaLedger(Jdbi.create(database.dataSource()), InstantSource.system());
    QuotaUse look = QuotaUse.read(USE.owner(), USE.resource(), USE.lane(), USE.rules());
    assertThat(ledger.ask(look, "test", false))
        .isInstanceOfSatisfying(
            Admission.Granted.class,
            granted -> {
              try (Permit permit = granted.permit()) {
                permit.answered(
                    USE.resource(),
                    1,
                    new QuotaAnswer(
                        1,
                        true,
                        new QuotaAnswer.Reading(
                            USE.resource(), 100, nails, 100 - nails, untilReset),
                        null,
                        null));
              }
            });
  }

  private static TargetState target(Engine engine) {
    return engine.orchestrator.posts().targets(WALL.toString(), 1).getFirst();
  }

  private static void awaitPause(Engine engine) {
    await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            engine.orchestrator.posts().targets(WALL.toString(), 1).stream()
                .anyMatch(state -> state.pausedUntil() != null));
  }

  private static void awaitDelivered(Engine engine, RunId run) {
    await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            engine.orchestrator.posts().ofRun(run, 1).getFirst().fate() == RunPost.Fate.DELIVERED);
  }

  @Test
  void a_delivery_waits_for_quota_without_an_attempt_and_comes_behind_the_reset() {
    try (Engine engine = engine()) {
      left(0, SOON);
      RunId run = engine.start("show", "\"hello\"");
      engine.resultOf(run);
      awaitPause(engine);

      assertThat(wall.shown("key")).isEmpty();
      WaitingPost waiting = engine.orchestrator.posts().undelivered(null, 1).getFirst();
      assertThat(waiting.attempts()).isZero();
      assertThat(waiting.inDoubt()).isFalse();
      assertThat(waiting.problem()).contains("nails").contains("wall.example/us");
      assertThat(target(engine).failures()).isZero();
      assertThat(target(engine).busy()).isFalse();

      awaitDelivered(engine, run);
      assertThat(wall.shown("key")).containsExactly("\"hello\"");
    }
  }

  @Test
  void a_question_waits_for_quota_and_the_doubt_stays_one() {
    left(90, LATE);
    try (Engine engine = engine()) {
      wall.loseNextAnswer(() -> left(0, SOON));
      RunId run = engine.start("show", "\"hello\"");
      awaitPause(engine);

      assertThat(wall.asked()).isZero();
      WaitingPost waiting = engine.orchestrator.posts().undelivered(null, 1).getFirst();
      assertThat(waiting.inDoubt()).isTrue();
      assertThat(waiting.attempts()).isEqualTo(1);
      assertThat(target(engine).failures()).isEqualTo(1);

      awaitDelivered(engine, run);
      assertThat(wall.asked()).isEqualTo(1);
      assertThat(wall.shown("key")).containsExactly("\"hello\"");
    }
  }

  @Test
  void what_was_granted_goes_along_and_is_given_back() {
    left(90, LATE);
    try (Engine engine = engine()) {
      awaitDelivered(engine, engine.start("show", "\"hello\""));

      assertThat(wall.permits()).hasSize(1).doesNotContain(Permit.NONE);
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> engine.orchestrator.quotas().getFirst().live() == 0);
    }
  }
}
