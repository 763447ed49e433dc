package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.outbox.Outbox;
import dev.backstitch.orchestrator.outbox.Settled;
import dev.backstitch.orchestrator.outbox.Settled.Fate;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the engine relies on in its outbox, for PostgreSQL and its simulation.
abstract class LaneOutboxTest extends LaneInboxTest {
  static final String WALL = "wall:here";
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Outbox.Terms TERMS = new Outbox.Terms(List.of("wall"), 100, LEASE, 3);
  private static final int MOST = 3;

  static Checkpoint post(RunId id, int seq, String key, String json) {
    return post(id, seq, WALL, key, json);
  }

  private static Checkpoint post(RunId id, int seq, String target, String key, String json) {
    Event event = new Event.PostRecorded(seq, target, key, Payload.ofJson(json));
    return of(id, event, seq, new RunChange.None());
  }

  private static Checkpoint declare(RunId id, int seq, String key) {
    Event event =
        new Event.FinalPostDeclared(
            seq,
            WALL,
            key,
            Payload.ofJson("\"completed\""),
            Payload.ofJson("\"failed\""),
            Payload.ofJson("\"cancelled\""),
            Payload.ofJson("\"terminated\""));
    return of(id, event, seq, new RunChange.None());
  }

  private static Checkpoint of(RunId id, Event event, int seq, RunChange change) {
    return new Checkpoint(
        id, null, List.of(new RecordedEvent(id, seq, AT, event)), List.of(), change, NOBODY);
  }

  private void write(Checkpoint... batch) throws SQLException {
    lane.write(List.of(batch));
  }

  private Optional<Outbox.Taken> take() {
    return ground.outbox().take(worker, TERMS);
  }

  private Outbox.Taken taken() {
    return take().orElseThrow();
  }

  private static Settled settled(String key, Fate fate, Duration delay) {
    String problem =
        switch (fate) {
          case DELIVERED, ABSENT, UNSURE -> null;
          case RETRY, UNKNOWN, REFUSED, LATER -> "the wall says " + fate;
        };
    return new Settled(key, fate, problem, delay);
  }

  private boolean finish(Outbox.Taken taken, Fate fate, Duration delay, Duration pause) {
    List<Settled> all =
        taken.posts().stream().map(post -> settled(post.key(), fate, delay)).toList();
    return ground
        .outbox()
        .finish(new Outbox.Report(taken.deliveryId(), all, MOST, pause, "receipt"));
  }

  private boolean finish(Outbox.Taken taken, Fate fate) {
    return finish(taken, fate, Duration.ZERO, Duration.ZERO);
  }

  private static List<String> contents(Outbox.Taken taken) {
    return taken.posts().stream()
        .map(post -> post.key() + " " + post.version().seq() + " " + post.contentJson())
        .toList();
  }

  // ------------------------------------------------------------------ recording

  @Test
  void what_was_posted_is_taken_once_with_every_key_of_its_target() throws SQLException {
    write(
        start(run, null),
        post(run, 2, "b", "1"),
        post(run, 3, "a", "2.50"),
        post(run, 4, "wall:there", "c", "3"));

    Outbox.Taken first = taken();
    Outbox.Taken second = taken();

    assertThat(first.target()).hasToString(WALL);
    assertThat(first.asks()).isFalse();
    assertThat(contents(first)).containsExactlyInAnyOrder("b 2 1", "a 3 2.50");
    assertThat(second.target()).hasToString("wall:there");
    assertThat(take()).isEmpty();
    assertThat(finish(first, Fate.DELIVERED)).isTrue();
    assertThat(finish(first, Fate.DELIVERED)).isFalse();
    assertThat(take()).isEmpty();
    assertThat(ground.fates()).containsExactly("a 3 DELIVERED", "b 2 DELIVERED", "c 4 DELIVERING");
  }

  @Test
  void only_the_newest_version_is_sent_whichever_run_posted_last() throws SQLException {
    RunId later = ground.newId();
    write(start(run, null), start(later, null), post(later, 2, "a", "\"later\""));
    write(post(run, 2, "a", "\"earlier\""));
    write(post(later, 3, "b", "1"), post(later, 4, "b", "2"));

    assertThat(contents(taken())).containsExactlyInAnyOrder("a 2 \"later\"", "b 4 2");
    assertThat(ground.fates())
        .containsExactly("a 2 DELIVERING", "a 2 SUPERSEDED", "b 3 SUPERSEDED", "b 4 DELIVERING");
  }

  @Test
  void what_the_target_shows_already_is_not_sent() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    finish(taken(), Fate.DELIVERED);
    write(post(run, 3, "a", "2"), post(run, 4, "a", "1"));

    assertThat(take()).isEmpty();
    assertThat(ground.fates()).containsExactly("a 2 DELIVERED", "a 3 SUPERSEDED", "a 4 UNCHANGED");

    write(post(run, 5, "a", "2"));
    assertThat(contents(taken())).containsExactly("a 5 2");
  }

  @Test
  void a_worker_without_fence_and_one_without_the_kind_of_target_get_nothing() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));

    assertThat(
            ground.outbox().take(worker, new Outbox.Terms(List.of("hall", "wal"), 100, LEASE, 3)))
        .isEmpty();
    ground.end(worker);
    assertThat(take()).isEmpty();
  }

  // ------------------------------------------------------------------ while it is on its way

  @Test
  void a_newer_version_waits_for_the_one_that_is_on_its_way() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    Outbox.Taken first = taken();
    write(post(run, 3, "a", "2"), post(run, 4, "b", "3"));

    assertThat(take()).isEmpty();
    finish(first, Fate.DELIVERED);

    assertThat(ground.fates()).containsExactly("a 2 DELIVERED", "a 3 RECORDED", "b 4 RECORDED");
    assertThat(contents(taken())).containsExactlyInAnyOrder("a 3 2", "b 4 3");
  }

  @Test
  void a_version_in_doubt_is_asked_about_before_anything_else_is_sent() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    Outbox.Taken lost = taken();
    write(post(run, 3, "a", "2"), post(run, 4, "b", "3"));
    ground.elapse(LEASE.minusSeconds(10));
    assertThat(take()).isEmpty();
    ground.elapse(Duration.ofSeconds(11));

    Outbox.Taken asking = taken();

    assertThat(asking.asks()).isTrue();
    assertThat(contents(asking)).containsExactly("a 2 null");
    assertThat(asking.posts().getFirst().sentBy()).isEqualTo(lost.deliveryId());
    assertThat(finish(lost, Fate.DELIVERED)).as("too late").isFalse();
    finish(asking, Fate.DELIVERED);
    assertThat(ground.fates()).containsExactly("a 2 DELIVERED", "a 3 RECORDED", "b 4 RECORDED");
    assertThat(contents(taken())).containsExactlyInAnyOrder("a 3 2", "b 4 3");
  }

  @Test
  void what_is_absent_is_sent_again_and_what_is_unsure_even_if_it_looks_unchanged()
      throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    finish(taken(), Fate.DELIVERED);
    write(post(run, 3, "a", "2"));
    taken();
    write(post(run, 4, "a", "1"));
    ground.elapse(LEASE);
    Outbox.Taken asking = taken();
    assertThat(asking.asks()).isTrue();

    finish(asking, Fate.UNSURE);

    Outbox.Taken again = taken();
    assertThat(contents(again)).containsExactly("a 4 1");
    ground.elapse(LEASE);
    Outbox.Taken askingAgain = taken();
    assertThat(contents(askingAgain)).containsExactly("a 4 1");
    finish(askingAgain, Fate.ABSENT);
    assertThat(contents(taken())).containsExactly("a 4 1");
  }

  @Test
  void a_lost_answer_is_asked_for_when_its_grace_is_over_whatever_is_posted_meanwhile()
      throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    finish(taken(), Fate.UNKNOWN, Duration.ofSeconds(5), Duration.ZERO);
    write(post(run, 3, "a", "2"), post(run, 4, "b", "3"));

    Outbox.Taken other = taken();
    assertThat(contents(other)).containsExactly("b 4 3");
    finish(other, Fate.DELIVERED);
    assertThat(take()).isEmpty();
    ground.elapse(Duration.ofSeconds(6));

    Outbox.Taken asking = taken();
    assertThat(asking.asks()).isTrue();
    assertThat(contents(asking)).containsExactly("a 2 null");
  }

  // ------------------------------------------------------------------ trouble

  @Test
  void a_failed_post_is_tried_again_later_and_dead_in_the_end_until_it_is_driven_again()
      throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    for (int attempt = 1; attempt <= MOST; attempt++) {
      Outbox.Taken taken = taken();
      assertThat(taken.posts().getFirst().attempts()).isEqualTo(attempt - 1);
      finish(taken, Fate.RETRY, Duration.ofSeconds(5), Duration.ZERO);
      assertThat(take()).isEmpty();
      ground.elapse(Duration.ofSeconds(6));
    }

    assertThat(take()).isEmpty();
    assertThat(ground.fates()).containsExactly("a 2 DEAD");
    assertThat(ground.redrive(WALL)).isEqualTo(1);
    Outbox.Taken again = taken();
    assertThat(again.posts().getFirst().attempts()).isZero();
    finish(again, Fate.REFUSED);
    assertThat(ground.fates()).containsExactly("a 2 DEAD");
    write(post(run, 3, "a", "2"));
    assertThat(contents(taken())).containsExactly("a 3 2");
  }

  @Test
  void a_refused_version_does_not_bury_the_one_that_came_meanwhile() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    Outbox.Taken first = taken();
    write(post(run, 3, "a", "2"));

    finish(first, Fate.REFUSED);

    assertThat(ground.fates()).containsExactly("a 2 SUPERSEDED", "a 3 RECORDED");
    assertThat(contents(taken())).containsExactly("a 3 2");
  }

  @Test
  void an_unknown_outcome_never_buries_what_may_have_arrived() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"));
    for (int attempt = 1; attempt <= MOST; attempt++) {
      finish(taken(), Fate.UNKNOWN);
      assertThat(ground.fates()).containsExactly("a 2 DELIVERING");
      Outbox.Taken asking = taken();
      assertThat(asking.asks()).isTrue();
      finish(asking, Fate.ABSENT);
    }

    assertThat(ground.fates()).containsExactly("a 2 DEAD");
  }

  @Test
  void a_target_that_fails_again_and_again_gets_one_post_to_find_out() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"), post(run, 3, "b", "2"));
    for (int failure = 1; failure <= 3; failure++) {
      Outbox.Taken taken = taken();
      assertThat(taken.failures()).isEqualTo(failure - 1);
      assertThat(taken.posts()).hasSize(2);
      fail(taken);
    }

    Outbox.Taken probe = taken();
    assertThat(probe.failures()).isEqualTo(3);
    assertThat(probe.posts()).hasSize(1);
    finish(probe, Fate.DELIVERED);

    assertThat(taken().failures()).isZero();
  }

  /// A failed delivery that may be followed by many more.
  private void fail(Outbox.Taken taken) {
    List<Settled> all =
        taken.posts().stream().map(post -> settled(post.key(), Fate.RETRY, Duration.ZERO)).toList();
    ground.outbox().finish(new Outbox.Report(taken.deliveryId(), all, 1_000, Duration.ZERO, null));
  }

  @Test
  void a_paused_target_is_left_alone_and_no_other() throws SQLException {
    write(start(run, null), post(run, 2, "a", "1"), post(run, 3, "wall:there", "b", "2"));
    finish(taken(), Fate.LATER, Duration.ofSeconds(1), Duration.ofSeconds(60));

    Outbox.Taken other = taken();
    assertThat(other.target()).hasToString("wall:there");
    finish(other, Fate.DELIVERED);
    ground.elapse(Duration.ofSeconds(30));
    assertThat(take()).isEmpty();
    ground.elapse(Duration.ofSeconds(31));

    assertThat(taken().target()).hasToString(WALL);
  }

  // ------------------------------------------------------------------ the end of a run

  @Test
  void whatever_ends_a_run_posts_what_was_declared_for_that_end_and_only_that()
      throws SQLException {
    for (RunStatus end : List.of(RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)) {
      RunId id = ground.newId();
      write(start(id, null), declare(id, 2, "end"), post(id, 3, "end", "\"runs\""));

      write(of(id, new Event.TimerFired(1), 4, new RunChange.Closed(end, AT)));

      Outbox.Taken taken = taken();
      assertThat(contents(taken))
          .containsExactly("end 4 \"" + end.name().toLowerCase(Locale.ROOT) + "\"");
      finish(taken, Fate.DELIVERED);
    }
    assertThat(take()).isEmpty();
  }

  @Test
  void a_terminated_run_posts_its_end_without_its_code() throws SQLException {
    write(start(run, null), declare(run, 2, "end"), declare(run, 3, "other end"));

    ground.terminate(run, new Event.RunTerminated("ops", "enough"));
    ground.terminate(run, new Event.RunTerminated("ops", "enough"));

    Outbox.Taken taken = taken();
    assertThat(contents(taken))
        .containsExactlyInAnyOrder("end 4 \"terminated\"", "other end 4 \"terminated\"");
    finish(taken, Fate.DELIVERED);
    assertThat(take()).isEmpty();
    assertThat(ground.fates()).containsExactly("end 4 DELIVERED", "other end 4 DELIVERED");
  }

  @Test
  void a_declaration_in_the_flush_that_ends_the_run_counts_and_the_later_one_wins()
      throws SQLException {
    Event second =
        new Event.FinalPostDeclared(
            3, WALL, "end", Payload.ofJson("\"second\""), Payload.NULL, Payload.NULL, Payload.NULL);
    write(
        start(run, null),
        declare(run, 2, "end"),
        of(run, second, 3, new RunChange.None()),
        close(run, 4));

    assertThat(contents(taken())).containsExactly("end 4 \"second\"");
  }

  @Test
  void a_start_that_lost_its_key_posts_and_declares_nothing() throws SQLException {
    RunId loser = ground.newId();
    write(start(run, "key"));

    Map<RunId, Optional<RunId>> lost =
        lane.write(
            List.of(
                start(loser, "key"),
                post(loser, 2, "a", "1"),
                declare(loser, 3, "end"),
                close(loser, 4)));

    assertThat(lost).containsOnlyKeys(loser);
    assertThat(take()).isEmpty();
    assertThat(ground.fates()).isEmpty();
  }
}
