package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Activities of ordinary workflows that declare a lane: their waits are facts of their runs.
final class QuotaWaitTest {
  private static final QuotaRules RULES = QuotaRules.DEFAULT.withPace(50, 50, 100_000);

  private final TestDatabase database = TestDatabase.create();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger remaining = new AtomicInteger(5_000);
  private volatile Duration untilReset = Duration.ofHours(1);

  /// Calls `Echo` so many times at once; a text that begins with `bulk` can wait.
  private static final class Calls implements Workflow<String, Integer> {
    @Override
    public Integer run(RunContext run, String input) {
      String[] parts = input.split(" ", -1);
      return run.callAll(
              IntStream.range(0, Integer.parseInt(parts[1])).boxed().toList(),
              i -> new Echo(parts[0] + i))
          .size();
    }
  }

  private void register(Registry registry) {
    registry.workflow("calls", Calls::new);
    registry.activity(
        Echo.class,
        (call, context) -> {
          context.permit().spend("core", 1, 0);
          calls.incrementAndGet();
          remaining.decrementAndGet();
          context.permit().answered("core", 1, reading());
          return call.text();
        },
        options ->
            options
                .withInFlight(1)
                .withQuota(
                    Echo.class,
                    echoes ->
                        QuotaUse.read(
                            "octocat",
                            "core",
                            echoes.getFirst().text().startsWith("bulk") ? Lane.BULK : Lane.LIVE,
                            RULES)));
  }

  private QuotaAnswer reading() {
    return new QuotaAnswer(
        1,
        true,
        new QuotaAnswer.Reading(
            "core", 5_000, remaining.get(), 5_000 - remaining.get(), untilReset),
        null,
        null);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void a_wait_for_quota_shows_its_reason_and_time_and_holds_no_slot_and_no_attempt() {
    remaining.set(1_001);
    try (Engine engine = Engine.on(database, this::register)) {
      engine.resultOf(engine.start("calls", "\"live 1\""));
      RunId waiting = engine.start("calls", "\"bulk 3\"");
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> engine.types(waiting).contains("ActivityDeferred"));

      Event.ActivityDeferred deferred =
          engine.history(waiting).stream()
              .map(recorded -> recorded.event())
              .filter(Event.ActivityDeferred.class::isInstance)
              .map(Event.ActivityDeferred.class::cast)
              .findFirst()
              .orElseThrow();
      assertThat(deferred.attempt()).isEqualTo(1);
      assertThat(deferred.reason()).contains("core of octocat: 1000 of 5000 left, 1000 are kept");
      assertThat(Duration.between(engine.history(waiting).getFirst().at(), deferred.until()))
          .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));

      // The only slot is free: live work goes through it at once.
      assertThat(engine.resultOf(engine.start("calls", "\"live 5\""))).isEqualTo("5");
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> engine.orchestrator.metrics().activitiesInFlight() == 0);
      assertThat(engine.types(waiting)).doesNotContain("ActivityCompleted");
    }
  }

  @Test
  void a_wait_survives_the_worker_and_ends_at_its_time() {
    remaining.set(1_001);
    untilReset = Duration.ofSeconds(1);
    RunId waiting;
    try (Engine first = Engine.on(database, this::register)) {
      first.resultOf(first.start("calls", "\"live 1\""));
      waiting = first.start("calls", "\"bulk 4\"");
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> first.types(waiting).contains("ActivityDeferred"));
    }
    remaining.set(5_000);
    untilReset = Duration.ofHours(1);

    try (Engine second = Engine.on(database, this::register)) {
      assertThat(second.resultOf(waiting)).isEqualTo("4");

      assertThat(second.types(waiting)).doesNotContain("ActivityAttemptFailed");
      assertThat(calls.get()).as("every call was made once").isEqualTo(5);
    }
  }

  @Test
  void what_is_known_of_every_quota_can_be_read() {
    try (Engine engine = Engine.on(database, this::register)) {
      engine.resultOf(engine.start("calls", "\"live 3\""));

      // The run can be over before its last call has given its permit back.
      await()
          .atMost(Engine.PATIENCE)
          .untilAsserted(() -> {
            QuotaState state = engine.orchestrator.quotas().getFirst();
            assertThat(state.owner()).isEqualTo("octocat");
            assertThat(state.remaining()).isEqualTo(4_997);
            assertThat(state.live()).isZero();
            assertThat(state.blockedUntil()).isNull();
          });
    }
  }
}
