package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process that is killed with `kill -9` while it holds every permit that bulk work may hold.
final class QuotaKillTest {
  private static final int RESERVE = 1_000;

  /// What bulk may spend: every call of the run.
  private static final int ABOVE_RESERVE = QuotaProgram.CALLS;

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @ParameterizedTest
  @ValueSource(strings = {"asked", "spent"})
  void a_lane_goes_on_without_the_permits_of_a_killed_process_and_the_reserve_is_kept(String when)
      throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      DatabaseAddress address = Engine.address(database);
      QuotaProgram.Account account = new QuotaProgram.Account(address);
      account.open(RESERVE + ABOVE_RESERVE + 1);
      try (Orchestrator first = QuotaProgram.open(address, "never")) {
        assertThat(resultOfLive(first, 1)).isEqualTo("1");
      }

      RunId bulk = KilledProgram.run(QuotaProgram.class, database, QuotaProgram.AT_ONCE, when);
      int spentByTheDead = when.equals("spent") ? QuotaProgram.AT_ONCE : 0;
      assertThat(account.remaining()).isEqualTo(RESERVE + ABOVE_RESERVE - spentByTheDead);

      try (Orchestrator next = QuotaProgram.open(address, "never")) {
        int live = 3;
        assertThat(resultOfLive(next, live)).as("live does not wait for the dead").isEqualTo("3");

        // Bulk's permits are all in dead hands, and will be for long: it goes on as soon as the
        // dead is taken over. What the dead may have spent stays charged, also when answers have
        // shown it; only calls that were granted before the first of them don't know that.
        int above = ABOVE_RESERVE - live - spentByTheDead;
        int least = above - QuotaProgram.AT_ONCE;
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> {
              int done = completed(next, bulk).size();
              assertThat(done).isBetween(least, Math.max(least, QuotaProgram.AT_ONCE));
              assertThat(waiting(next, bulk)).hasSize(QuotaProgram.CALLS - done);
            });

        // The last of the living tells what it spent when its run has been told.
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> {
              QuotaState state = next.quotas().getFirst();
              assertThat(state.bulk()).as("charged to the dead").isEqualTo(QuotaProgram.AT_ONCE);
              assertThat(state.lost()).isZero();
            });
        assertThat(account.remaining())
            .as("what is left on the server's books")
            .isEqualTo(RESERVE + above - completed(next, bulk).size())
            .isGreaterThan(RESERVE);
      }
    }
  }

  private static String resultOfLive(Orchestrator engine, int calls) {
    RunId run =
        engine
            .start(new StartRequest("calls", null, Payload.ofJson("\"LIVE " + calls + "\"")))
            .runId();
    RunResult result = engine.result(run, PATIENCE).orElseThrow();
    return result instanceof RunResult.Completed completed
        ? completed.result().json()
        : result.toString();
  }

  private static List<Integer> completed(Orchestrator engine, RunId run) {
    return events(engine, run).stream()
        .map(event -> event.event() instanceof Event.ActivityCompleted done ? done.ordinal() : -1)
        .filter(ordinal -> ordinal >= 0)
        .toList();
  }

  /// The calls that were told to come back when the quota is reset, since the rest is kept.
  private static List<Integer> waiting(Orchestrator engine, RunId run) {
    Instant soon = events(engine, run).getFirst().at().plus(Duration.ofMinutes(30));
    return events(engine, run).stream()
        .map(event ->
            event.event() instanceof Event.ActivityDeferred deferred
                    && deferred.until().isAfter(soon)
                    && deferred.reason().contains("1000 are kept for live work")
                ? deferred.ordinal()
                : -1)
        .filter(ordinal -> ordinal >= 0)
        .distinct()
        .toList();
  }

  private static List<RecordedEvent> events(Orchestrator engine, RunId run) {
    return engine.history(run, 0, 10_000).events();
  }
}
