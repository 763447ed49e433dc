package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.check.CheckReport;
import dev.backstitch.orchestrator.check.InvariantChecker;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.outbox.OutboxSummary;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is forgotten of posts when their time is over, and what never is.
final class PostRetentionTest {
  private static final Target WALL = new Target("wall", "here");

  private final TestDatabase database = TestDatabase.create();
  private final Wall wall = new Wall();

  @AfterEach
  void close() {
    wall.open();
    database.close();
  }

  private Engine engine() {
    return Engine.on(
        database,
        Engine.config()
            .withOutbox(
                OutboxConfig.defaults()
                    .withInterval(Duration.ofMillis(20))
                    .withTimes(Duration.ofSeconds(20), Duration.ofMillis(100))),
        this::register);
  }

  private void register(Registry registry) {
    registry.workflow("show", Show::new);
    registry.target("wall", wall);
  }

  /// Shows its words one after the other, and its end if it ends; it does not if the last is
  /// "stay".
  static final class Show implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String words) {
      run.postAtEnd(WALL, "end", Ending::name);
      for (String word : words.split(" ", -1)) {
        run.post(WALL, "word", word);
      }
      if (words.endsWith("stay")) {
        run.sleep(Duration.ofDays(1));
      }
      return words;
    }
  }

  private static PostReader posts(Engine engine) {
    return engine.orchestrator.posts();
  }

  private static RunId shown(Engine engine, String words) {
    RunId run = engine.start("show", "\"" + words + "\"");
    engine.resultOf(run);
    await()
        .atMost(Engine.PATIENCE)
        .until(() ->
            posts(engine).ofRun(run, 10).stream()
                .noneMatch(post ->
                    post.fate() == RunPost.Fate.RECORDED
                        || post.fate() == RunPost.Fate.DELIVERING));
    return run;
  }

  private static void forgetAll(Engine engine) {
    while (posts(engine).forget(Duration.ZERO, 2) > 0) {
      // One small batch after the other.
    }
  }

  private CheckReport check() {
    return InvariantChecker.on(database.dataSource()).check();
  }

  @Test
  void what_is_over_goes_and_what_has_not_changed_is_still_not_sent_again() {
    try (Engine engine = engine()) {
      RunId old = shown(engine, "a b c");
      assertThat(posts(engine).forget(Duration.ofHours(1), 100)).as("not yet").isZero();

      forgetAll(engine);

      assertThat(posts(engine).ofRun(old, 10)).isEmpty();
      assertThat(check().violated()).isEmpty();
      RunId same = shown(engine, "c");
      assertThat(posts(engine).ofRun(same, 10))
          .extracting(RunPost::fate)
          .containsExactly(RunPost.Fate.UNCHANGED, RunPost.Fate.UNCHANGED);
      assertThat(wall.shown("word")).containsOnlyOnce("\"c\"").endsWith("\"c\"");
    }
  }

  @Test
  void what_waits_is_dead_or_belongs_to_an_open_run_stays() {
    try (Engine engine = engine()) {
      RunId open = engine.start("show", "\"first stay\"");
      await().atMost(Engine.PATIENCE).until(() -> wall.shown("word").contains("\"stay\""));
      wall.answer(new PostOutcome.Refused("no room"));
      RunId dead = shown(engine, "dead");
      forgetAll(engine);
      assertThat(posts(engine).ofRun(dead, 10))
          .extracting(RunPost::fate)
          .containsExactly(RunPost.Fate.DEAD, RunPost.Fate.DEAD);

      wall.answer(new PostOutcome.Delivered(null));
      CountDownLatch held = wall.hold();
      RunId waiting = engine.start("show", "\"late\"");
      engine.resultOf(waiting);
      forgetAll(engine);

      assertThat(posts(engine).ofRun(open, 10)).hasSize(2);
      assertThat(posts(engine).ofRun(waiting, 10)).hasSize(2);
      OutboxSummary summary = posts(engine).summary();
      assertThat(summary.waiting()).isEqualTo(2);
      assertThat(summary.oldestWaiting()).isPositive();
      held.countDown();
      await().atMost(Engine.PATIENCE).until(() -> posts(engine).summary().waiting() == 0);
      assertThat(wall.shown("word")).endsWith("\"late\"");
      assertThat(check().violated()).isEmpty();
    }
  }

  @Test
  void the_last_delivery_of_a_target_stays_to_be_shown() throws Exception {
    try (Engine engine = engine()) {
      shown(engine, "a");
      shown(engine, "b");
      var last = posts(engine).targets(WALL.toString(), 1).getFirst().last();

      forgetAll(engine);

      assertThat(posts(engine).targets(WALL.toString(), 1).getFirst().last())
          .isNotNull()
          .isEqualTo(last);
      try (Sql sql = Sql.on(database)) {
        assertThat(sql.rows("select delivery_id from backstitch.delivery")).hasSize(1);
      }
    }
  }

  @Test
  void posts_that_go_missing_behind_what_was_forgotten_are_still_found() throws Exception {
    try (Engine engine = engine()) {
      // A worker's clock is not the database's to the millisecond: a border some time ago is none
      // of
      // the later run's.
      RunId old = shown(engine, "a");
      await()
          .atMost(Engine.PATIENCE)
          .until(() -> {
            posts(engine).forget(Duration.ofMillis(500), 100);
            return posts(engine).ofRun(old, 10).isEmpty();
          });
      RunId later = shown(engine, "b");

      try (Sql sql = Sql.on(database)) {
        sql.execute("delete from backstitch.post where run_id = " + later.value());
      }

      assertThat(check().violated())
          .extracting(finding -> finding.code())
          .isEqualTo(List.of("BST-INV-506", "BST-INV-507"));
    }
  }

  @Test
  void the_summary_counts_what_became_of_a_days_versions() {
    try (Engine engine = engine()) {
      shown(engine, "a b c");
      shown(engine, "c");

      OutboxSummary summary = posts(engine).summary();

      assertThat(summary.delivered() + summary.superseded()).isEqualTo(4);
      assertThat(summary.superseded()).isBetween(1L, 2L);
      assertThat(summary.unchanged()).isEqualTo(2);
      assertThat(summary.dead()).isZero();
      assertThat(summary.oldestWaiting()).isZero();
    }
  }
}
