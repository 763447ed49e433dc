package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.outbox.PostTally;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.outbox.TargetState;
import dev.backstitch.orchestrator.outbox.WaitingPost;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Posts from the run to the target, on a real PostgreSQL.
final class PostTest {
  private static final Target WALL = new Target("wall", "here");
  private static final OutboxConfig SOON =
      OutboxConfig.defaults()
          .withInterval(Duration.ofMillis(20))
          .withTimes(Duration.ofMillis(500), Duration.ofMillis(100))
          .withRetry(
              new RetryPolicy(3, Duration.ofMillis(10), 1.0, Duration.ofMillis(10), Set.of()));

  private final TestDatabase database = TestDatabase.create();
  private final Wall wall = new Wall();

  @AfterEach
  void close() {
    wall.open();
    database.close();
  }

  static OrchestratorConfig config() {
    return Engine.config().withOutbox(SOON);
  }

  private Engine engine() {
    return Engine.on(database, config(), this::register);
  }

  private void register(Registry registry) {
    registry.workflow("count", Count::new);
    registry.workflow("mark-end", MarkEnd::new);
    registry.workflow("post-nowhere", PostNowhere::new);
    registry.activity(Echo.class, (call, _) -> call.text(), o -> o.withEffect(Effect.READ));
    registry.target("wall", wall);
  }

  /// Posts the numbers up to its input under one key, one durable step after the other.
  static final class Count implements Workflow<Integer, String> {
    @Override
    public String run(RunContext run, Integer to) {
      for (int i = 1; i <= to; i++) {
        run.post(WALL, "count", i);
        run.call(new Echo("step " + i));
      }
      return "counted";
    }
  }

  /// Declares an end, shows that it runs, and ends as it is told.
  static final class MarkEnd implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String how) {
      run.postAtEnd(WALL, "state", Ending::name);
      run.post(WALL, "state", "RUNNING");
      run.call(new Echo(how));
      if (how.equals("fail")) {
        throw new IllegalStateException("as it was told");
      }
      if (how.equals("wait")) {
        run.sleep(Duration.ofDays(1));
      }
      return how;
    }
  }

  static final class PostNowhere implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String place) {
      run.post(new Target("nowhere", place), "key", place);
      return place;
    }
  }

  private List<RunPost> settled(Engine engine, RunId id) {
    await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            engine.orchestrator.posts().ofRun(id, 100).stream()
                .noneMatch(post ->
                    post.fate() == RunPost.Fate.RECORDED
                        || post.fate() == RunPost.Fate.DELIVERING));
    return engine.orchestrator.posts().ofRun(id, 100);
  }

  @Test
  void many_changes_are_few_posts_and_the_last_one_is_what_stays() {
    try (Engine engine = engine()) {
      CountDownLatch held = wall.hold();
      RunId id = engine.start("count", "20");
      engine.resultOf(id);
      held.countDown();

      List<RunPost> posts = settled(engine, id);

      assertThat(posts).hasSize(20);
      assertThat(wall.shown("count")).endsWith("20").isSorted().hasSizeLessThan(5);
      PostTally tally = engine.orchestrator.posts().talliesOf(id).getFirst();
      assertThat(tally.recorded()).isEqualTo(20);
      assertThat(tally.delivered()).isEqualTo(wall.shown("count").size());
      assertThat(tally.superseded()).isEqualTo(20 - tally.delivered());
      assertThat(tally.deliveries()).isEqualTo(tally.delivered());
      assertThat(engine.types(id)).contains("PostRecorded");
    }
  }

  @Test
  void every_way_to_end_posts_its_own_end_once_and_last() {
    try (Engine engine = engine()) {
      for (Ending ending : Ending.values()) {
        wall.clear();
        RunId id = end(engine, ending);

        settled(engine, id);

        assertThat(wall.shown("state"))
            .as("shown in the end of a run that was %s", ending)
            .endsWith("\"" + ending + "\"")
            .containsOnlyOnce("\"" + ending + "\"")
            .hasSizeLessThanOrEqualTo(2);
      }
    }
  }

  private static RunId end(Engine engine, Ending ending) {
    String how =
        switch (ending) {
          case COMPLETED -> "\"return\"";
          case FAILED -> "\"fail\"";
          case CANCELLED, TERMINATED -> "\"wait\"";
        };
    RunId id = engine.start("mark-end", how);
    if (how.equals("\"wait\"")) {
      await().atMost(Engine.PATIENCE).until(() -> engine.types(id).contains("TimerSet"));
    }
    if (ending == Ending.CANCELLED) {
      engine.orchestrator.cancel(id, "test", "enough");
    }
    if (ending == Ending.TERMINATED) {
      engine.orchestrator.terminate(id, "test", "enough");
    }
    engine.await(id);
    return id;
  }

  @Test
  void a_target_that_nobody_serves_makes_the_run_stuck_and_not_silent() {
    try (Engine engine = engine()) {
      RunId id = engine.start("post-nowhere", "\"x\"");

      await()
          .atMost(Engine.PATIENCE)
          .until(() ->
              String.valueOf(engine.orchestrator.describe(id).orElseThrow().problem())
                  .contains("a post to nowhere:x"));
    }
  }

  @Test
  void a_dead_post_is_shown_with_its_reason_and_driven_again() {
    try (Engine engine = engine()) {
      wall.answer(new PostOutcome.Refused("no room"));
      RunId id = engine.start("count", "1");
      assertThat(settled(engine, id).getFirst().fate()).isEqualTo(RunPost.Fate.DEAD);
      WaitingPost dead = engine.orchestrator.posts().undelivered(null, 10).getFirst();
      assertThat(dead.dead()).isTrue();
      assertThat(dead.problem()).isEqualTo("no room");
      assertThat(engine.orchestrator.posts().redrive("wall:elsewhere", null)).isEmpty();

      wall.answer(new PostOutcome.Delivered("nail 7"));
      assertThat(engine.orchestrator.posts().redrive(WALL.toString(), "count")).contains(1);

      await().atMost(Engine.PATIENCE).until(() -> wall.shown("count").equals(List.of("1")));
      settled(engine, id);
      TargetState state = engine.orchestrator.posts().targets(null, 10).getFirst();
      assertThat(state.dead()).isZero();
      assertThat(state.last()).isNotNull();
      assertThat(String.valueOf(state.last())).contains("nail 7");
    }
  }

  @Test
  void an_answer_that_does_not_come_is_settled_by_asking() {
    try (Engine engine = engine()) {
      wall.loseNextAnswer();
      RunId id = engine.start("count", "1");

      assertThat(settled(engine, id).getFirst().fate()).isEqualTo(RunPost.Fate.DELIVERED);

      assertThat(wall.shown("count")).containsExactly("1");
      assertThat(wall.asked()).isEqualTo(1);
    }
  }

  @Test
  void a_worker_that_stops_leaves_no_target_that_nobody_may_have() throws Exception {
    List<RunId> runs;
    try (Engine engine = engine()) {
      wall.hold();
      runs = IntStream.range(0, 10).mapToObj(_ -> engine.start("count", "20")).toList();
      await().atMost(Engine.PATIENCE).until(() -> wall.atOnce() == 1);
    }
    wall.open();

    try (Sql sql = Sql.on(database)) {
      assertThat(
              sql.rows(
                  "select target from backstitch.post_target"
                      + " where leased_until > clock_timestamp()"))
          .isEmpty();
    }
    try (Engine next = engine()) {
      runs.forEach(next::resultOf);
      runs.forEach(run -> settled(next, run));
      assertThat(wall.versions("count")).isSorted().doesNotHaveDuplicates();
      assertThat(wall.shown("count")).endsWith("20");
    }
  }

  @Test
  void two_workers_deliver_everything_once_and_in_order() {
    try (Engine one = engine();
        Engine other = engine()) {
      List<RunId> runs =
          IntStream.range(0, 40)
              .mapToObj(i -> (i % 2 == 0 ? one : other).start("count", "10"))
              .toList();
      runs.forEach(one::resultOf);
      runs.forEach(run -> settled(one, run));

      assertThat(wall.mostAtOnce()).isEqualTo(1);
      assertThat(wall.versions("count")).isSorted().doesNotHaveDuplicates();
      assertThat(wall.shown("count")).endsWith("10");
    }
  }
}
