package dev.backstitch.api.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.sync.SyncRequest;
import dev.backstitch.api.sync.SyncState.SyncRun;
import dev.backstitch.api.sync.Syncs.Asked;
import dev.backstitch.api.testing.TestApp;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.quota.Lane;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncTriggerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final SyncConfig HOURLY =
      SyncConfig.of("course/progress").withSchedule(ScheduleConfig.every("1h"));

  private final TestDatabase database = TestDatabase.create();
  private final RecordedSyncs work = new RecordedSyncs();
  private final TestApp app = TestApp.startWithOn(database, work);
  private final Syncs syncs = new Syncs(app.server().orchestrator());

  @AfterEach
  void stop() {
    work.letGo();
    app.close();
    database.close();
  }

  @Test
  void a_due_time_has_one_run_and_the_next_one_is_ahead() throws Exception {
    put(HOURLY);
    Instant due = overdue("now() - interval '1 second'");

    awaitRuns(1);

    SyncRun run = runs().getFirst();
    assertThat(run.reason()).isEqualTo(SyncReason.SCHEDULE);
    assertThat(run.dueAt()).isEqualTo(due);
    assertThat(dueAt()).isAfter(Instant.now());
    assertThat(work.requests().getFirst().lane()).isEqualTo(Lane.BULK);
  }

  @Test
  void times_that_were_missed_become_one() throws Exception {
    put(HOURLY);
    overdue("now() - interval '3 days'");

    awaitRuns(1);

    assertThat(dueAt()).isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(1)));
    assertThat(runs()).hasSize(1);
  }

  @Test
  void old_runs_are_forgotten_but_not_the_newest_and_not_an_open_one() throws Exception {
    put(HOURLY);
    for (int i = 1; i <= 3; i++) {
      overdue("timestamptz '2026-01-01' + interval '" + i + " hours'");
      awaitRuns(i);
      app.awaitClosed(runs().getFirst().runId());
    }
    List<SyncRun> three = runs();

    assertThat(syncs.forgetRuns(Duration.ofHours(1), 10)).isZero();
    assertThat(syncs.forgetRuns(Duration.ZERO, 1)).as("one at a time").isEqualTo(1);
    assertThat(syncs.forgetRuns(Duration.ZERO, 10)).isEqualTo(1);
    assertThat(syncs.forgetRuns(Duration.ZERO, 10)).isZero();
    assertThat(runs()).containsExactly(three.getFirst());

    // What is left of it is the page; that no due time comes twice holds without.
    assertThat(dueAt()).isAfter(Instant.now());

    work.holdUp();
    overdue("timestamptz '2026-01-02'");
    Awaitility.await().atMost(PATIENCE).until(() -> runs().size() == 2);
    execute("delete from backstitch.sync where name = 'course'");
    assertThat(syncs.forgetRuns(Duration.ZERO, 10))
        .as("the closed run of a sync that is gone; the open one stays")
        .isEqualTo(1);
    assertThat(runs()).hasSize(1);
  }

  @Test
  void a_person_waits_for_no_scheduled_run_and_gets_the_same_one_until_it_is_over()
      throws Exception {
    work.holdUp();
    put(HOURLY);
    overdue("now() - interval '1 second'");
    Awaitility.await().atMost(PATIENCE).until(() -> runs().size() == 1);

    Asked first = syncs.start("course", false).orElseThrow().getFirst();
    Asked second = syncs.start("course", false).orElseThrow().getFirst();

    assertThat(first.started()).isTrue();
    assertThat(second).isEqualTo(new Asked(first.repository(), first.runId(), false));
    assertThat(runs())
        .extracting(SyncRun::reason)
        .containsExactly(SyncReason.PERSON, SyncReason.SCHEDULE);
    assertThat(syncs.find("course").orElseThrow().repositories().getFirst().lastRun())
        .as("the newest, by whatever reason")
        .isEqualTo(runs().getFirst());
    Awaitility.await().atMost(PATIENCE).until(() -> work.requests().size() == 2);
    assertThat(work.requests())
        .extracting(SyncRequest::lane)
        .containsExactlyInAnyOrder(Lane.BULK, Lane.LIVE);
  }

  @Test
  void a_scheduled_sync_waits_for_the_one_before() throws Exception {
    work.holdUp();
    put(HOURLY);
    overdue("now() - interval '2 hours'");
    Awaitility.await().atMost(PATIENCE).until(() -> runs().size() == 1);

    overdue("now() - interval '1 hour'");

    Awaitility.await().atMost(PATIENCE).until(() -> held());
    assertThat(runs()).hasSize(1);
  }

  @Test
  void a_scheduled_sync_waits_for_the_one_that_a_person_asked_for() throws Exception {
    work.holdUp();
    put(HOURLY);
    syncs.start("course", false);
    Instant due = overdue("now() - interval '1 second'");
    Awaitility.await().atMost(PATIENCE).until(() -> held());
    assertThat(runs()).hasSize(1);

    work.letGo();

    awaitRuns(2);
    assertThat(runs().getFirst().dueAt()).isEqualTo(due);
  }

  @Test
  void many_who_fire_at_once_fire_each_time_once() throws Exception {
    put(HOURLY);
    int times = 20;

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 1; i <= times; i++) {
        overdue("timestamptz '2026-01-01' + interval '" + i + " hours'");
        List<Future<Boolean>> firing = new ArrayList<>();
        for (int j = 0; j < 4; j++) {
          firing.add(threads.submit(() -> SyncTrigger.idle(app.server().orchestrator()).fireOne()));
        }
        for (Future<Boolean> one : firing) {
          one.get();
        }
        int fired = i;
        Awaitility.await().atMost(PATIENCE).until(() -> dueAt().isAfter(Instant.now()));
        assertThat(runs()).hasSize(fired);
        Awaitility.await().atMost(PATIENCE).until(() -> work.requests().size() == fired);
        app.awaitClosed(runs().getFirst().runId());
      }
    }

    assertThat(runs()).extracting(SyncRun::dueAt).doesNotHaveDuplicates().hasSize(times);
  }

  @Test
  void one_that_can_not_be_fired_does_not_keep_the_others_from_it() throws Exception {
    put(HOURLY);
    syncs.put(
        "another",
        SyncConfig.of("course/another").withSchedule(ScheduleConfig.every("1h")),
        new Syncs.Terms(null, false));
    execute("update backstitch.sync set config = '[]' where name = 'course'");
    execute("update backstitch.sync_repository set due_at = now() - interval '1 second'");
    app.put("/api/v1/syncs/nudge", "{\"repositories\": [\"a/b\"]}");

    Awaitility.await().atMost(PATIENCE).until(() -> syncs.runs("another", 10).size() == 1);

    assertThat(runs()).isEmpty();
  }

  private void put(SyncConfig config) {
    syncs.put("course", config, new Syncs.Terms(null, false));
  }

  /// Makes it due since a while, and has the server look.
  private Instant overdue(String time) throws SQLException {
    Instant due;
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "update backstitch.sync_repository set held_until = null,"
                    + " due_at = date_trunc('second', "
                    + time
                    + ") where name = 'course' returning due_at")) {
      assertThat(rows.next()).isTrue();
      due = rows.getTimestamp(1).toInstant();
    }
    app.put("/api/v1/syncs/nudge", "{\"repositories\": [\"a/b\"]}");
    return due;
  }

  private Instant dueAt() {
    return Objects.requireNonNull(
        syncs.find("course").orElseThrow().repositories().getFirst().dueAt());
  }

  private List<SyncRun> runs() {
    return syncs.runs("course", 100);
  }

  private void awaitRuns(int count) {
    Awaitility.await().atMost(PATIENCE).until(() -> runs().size() == count);
    app.awaitClosed(runs().getFirst().runId());
  }

  private boolean held() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select from backstitch.sync_repository where held_until is not null")) {
      return rows.next();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
