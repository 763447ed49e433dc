package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a run does from its start to its end.
final class RunTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Greet implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      return run.call(new Echo(input)) + "!";
    }
  }

  @Test
  void a_run_calls_an_activity_and_returns() {
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("greet", Greet::new);
              registry.activity(Echo.class, (call, _) -> "hello " + call.text(), o -> o);
            })) {

      RunId id = engine.start("greet", "\"world\"");

      assertThat(engine.resultOf(id)).isEqualTo("\"hello world!\"");
      assertThat(engine.types(id))
          .containsExactly("RunStarted", "ActivityScheduled", "ActivityCompleted", "RunCompleted");
      assertThat(engine.orchestrator.describe(id).orElseThrow().status())
          .isEqualTo(RunStatus.COMPLETED);
    }
  }

  @Test
  void an_open_runs_key_leads_to_that_run_and_a_closed_ones_is_free_again() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("greet", Greet::new);
              registry.activity(
                  Echo.class,
                  (call, _) -> {
                    release.await();
                    return call.text();
                  },
                  o -> o);
            })) {

      StartResult first = engine.start("greet", "key", "\"a\"");
      StartResult second = engine.start("greet", "key", "\"b\"");
      StartResult otherKey = engine.start("greet", "other", "\"c\"");
      release.countDown();
      engine.resultOf(first.runId());
      StartResult third = engine.start("greet", "key", "\"d\"");

      assertThat(first).isInstanceOf(StartResult.Started.class);
      assertThat(second).isEqualTo(new StartResult.AlreadyOpen(first.runId()));
      assertThat(otherKey).isInstanceOf(StartResult.Started.class);
      assertThat(third).isInstanceOf(StartResult.Started.class);
      assertThat(engine.orchestrator.list(RunFilter.newest(10))).hasSize(3);
    }
  }

  @Test
  void bad_requests_name_the_field_and_what_is_allowed() {
    try (Engine engine = Engine.on(database, registry -> registry.workflow("greet", Greet::new))) {

      assertThatThrownBy(() -> engine.start("great", "\"x\""))
          .isInstanceOfSatisfying(
              InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo("workflow"))
          .hasMessageContaining("there are: greet");
      assertThatThrownBy(() -> engine.start("greet", "{\"a\":1}"))
          .isInstanceOfSatisfying(
              InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo("input"));
      assertThatThrownBy(() -> engine.start("greet", " ", "\"x\""))
          .isInstanceOfSatisfying(
              InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo("key"));
    }
  }

  @Test
  void a_failing_attempt_is_retried_and_every_attempt_is_recorded() {
    AtomicInteger attempts = new AtomicInteger();
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("greet", Greet::new);
              registry.activity(
                  Echo.class,
                  (_, context) -> {
                    attempts.incrementAndGet();
                    if (context.attempt() < 3) {
                      throw new IllegalStateException("not yet");
                    }
                    return context.idempotencyKey();
                  },
                  o -> o.withRetry(quick(5)));
            })) {

      RunId id = engine.start("greet", "\"x\"");

      assertThat(engine.resultOf(id)).isEqualTo("\"" + id + "-1!\"");
      assertThat(attempts).hasValue(3);
      assertThat(engine.types(id))
          .containsExactly(
              "RunStarted",
              "ActivityScheduled",
              "ActivityAttemptFailed",
              "ActivityAttemptFailed",
              "ActivityCompleted",
              "RunCompleted");
    }
  }

  @Test
  void a_permanent_failure_is_not_retried_and_fails_a_run_that_does_not_catch_it() {
    AtomicInteger attempts = new AtomicInteger();
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("greet", Greet::new);
              registry.activity(
                  Echo.class,
                  (_, _) -> {
                    attempts.incrementAndGet();
                    throw new PermanentFailureException("no-such-thing", "it is not there");
                  },
                  o -> o);
            })) {

      RunId id = engine.start("greet", "\"x\"");

      assertThat(engine.await(id))
          .isInstanceOfSatisfying(
              RunResult.Failed.class,
              failed -> {
                assertThat(failed.failure().type()).isEqualTo("no-such-thing");
                assertThat(failed.failure().message()).isEqualTo("it is not there");
              });
      assertThat(attempts).hasValue(1);
    }
  }

  @Test
  void an_attempt_that_takes_too_long_is_interrupted_and_counts_as_failed() {
    AtomicInteger interrupted = new AtomicInteger();
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("greet", Greet::new);
              registry.activity(
                  Echo.class,
                  (call, context) -> {
                    if (context.attempt() == 1) {
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                        throw e;
                      }
                    }
                    return call.text();
                  },
                  o -> o.withRetry(quick(2)).withStartToClose(Duration.ofMillis(50)));
            })) {

      RunId id = engine.start("greet", "\"x\"");

      assertThat(engine.resultOf(id)).isEqualTo("\"x!\"");
      assertThat(interrupted).hasValue(1);
      assertThat(engine.history(id).get(2).event())
          .isInstanceOfSatisfying(
              Event.ActivityAttemptFailed.class,
              failed -> assertThat(failed.failure().type()).isEqualTo("timeout"));
    }
  }

  static final class Naps implements Workflow<Integer, List<Instant>> {
    @Override
    public List<Instant> run(RunContext run, Integer millis) {
      Instant before = run.now();
      run.sleep(Duration.ofMillis(millis));
      return List.of(before, run.now());
    }
  }

  @Test
  void a_timer_fires_once_and_never_early() {
    try (Engine engine = Engine.on(database, registry -> registry.workflow("naps", Naps::new))) {

      List<RunId> ids = new ArrayList<>();
      for (int millis = 0; millis < 100; millis++) {
        ids.add(engine.start("naps", Integer.toString(millis)));
      }

      for (RunId id : ids) {
        engine.resultOf(id);
        Event.TimerSet set = (Event.TimerSet) engine.history(id).get(1).event();
        assertThat(engine.types(id))
            .containsExactly("RunStarted", "TimerSet", "TimerFired", "RunCompleted");
        assertThat(engine.history(id).get(2).at()).isAfterOrEqualTo(set.fireAt());
      }
    }
  }

  static final class FanOut implements Workflow<Integer, List<String>> {
    @Override
    public List<String> run(RunContext run, Integer width) {
      List<Integer> items = IntStream.range(0, width).boxed().toList();
      List<Outcome<String>> outcomes = run.callAll(items, 3, i -> new Echo("item " + i));
      return outcomes.stream()
          .map(outcome ->
              switch (outcome) {
                case Outcome.Success<String> success -> success.value();
                case Outcome.Failed<String> failed -> failed.failure().type();
                case Outcome.Unknown<String> _ -> "unknown";
              })
          .toList();
    }
  }

  @Test
  void call_all_keeps_its_bound_its_order_and_each_items_own_outcome() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("fan-out", FanOut::new);
              registry.activity(
                  Echo.class,
                  (call, _) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    try {
                      if (call.text().endsWith("4")) {
                        throw new PermanentFailureException("odd-one", "out");
                      }
                      return call.text();
                    } finally {
                      running.decrementAndGet();
                    }
                  },
                  o -> o.withEffect(Effect.READ));
            })) {

      RunId id = engine.start("fan-out", "7");

      assertThat(engine.resultOf(id))
          .isEqualTo(
              "[\"item 0\",\"item 1\",\"item 2\",\"item 3\",\"odd-one\",\"item 5\",\"item 6\"]");
      assertThat(most.get()).isLessThanOrEqualTo(3);
    }
  }

  static final class Two implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      StringBuilder log = new StringBuilder();
      Promise<String> side =
          run.async(() -> {
            log.append("side ");
            run.sleep(Duration.ofMillis(20));
            log.append("woke ");
            return "from the side";
          });
      log.append("main ");
      boolean seen = run.awaitUntil(() -> log.toString().contains("woke"), Duration.ofMinutes(1));
      String kept = run.record("setting", String.class, () -> input);
      int version = run.version("change", 1, 2);
      return log + "" + seen + " " + side.get() + " " + kept + " " + version;
    }
  }

  @Test
  void a_second_line_of_code_runs_whenever_the_first_waits() {
    try (Engine engine = Engine.on(database, registry -> registry.workflow("two", Two::new))) {

      RunId id = engine.start("two", "\"value\"");

      assertThat(engine.resultOf(id)).isEqualTo("\"main side woke true from the side value 2\"");
      assertThat(engine.types(id))
          .containsExactly(
              "RunStarted",
              "TimerSet",
              "TimerSet",
              "TimerFired",
              "TimerCancelled",
              "ValueRecorded",
              "VersionChosen",
              "RunCompleted");
    }
  }

  @Test
  void a_large_result_lives_in_the_payload_table_and_reads_like_any_other() throws Exception {
    String large = "x".repeat(100_000);
    try (Engine engine =
        Engine.on(
            database,
            registry -> {
              registry.workflow("greet", Greet::new);
              registry.activity(Echo.class, (_, _) -> large, o -> o);
            })) {

      RunId id = engine.start("greet", "\"x\"");

      assertThat(engine.resultOf(id)).hasSize(100_003);
      try (var connection = Engine.address(database).connect("test");
          var statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "select count(*), min(octet_length(content)) from backstitch.payload")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(2);
        assertThat(rows.getInt(2)).isGreaterThan(100_000);
      }
    }
  }

  private static RetryPolicy quick(int attempts) {
    return new RetryPolicy(attempts, Duration.ofMillis(1), 1.0, Duration.ofMillis(1), Set.of());
  }
}
