package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Step 5 of `checkpoint_v3`: messages in, posts out.
final class BorderTablesTest {
  private final Db db = new Db();
  private long worker;
  private long run;

  @BeforeEach
  void begin() throws SQLException {
    worker = db.worker();
    run = Long.parseLong(db.one("select backstitch.first_run_id_at(clock_timestamp())"));
    new Flush(worker).begin(run, null).begin(run + 1, null).run(db.connection);
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @Test
  void a_message_that_is_sent_twice_is_there_once() throws SQLException {
    new Flush(worker).message(run, "a").message(run, "a").message(run, "b").run(db.connection);
    new Flush(worker, 1).message(run, "b").message(run + 1, "b").run(db.connection);

    assertThat(db.all("select run_id, dedup_key from backstitch.inbox order by 1, 2"))
        .containsExactly(run + " a", run + " b", (run + 1) + " b");
  }

  @Test
  void a_message_is_taken_away_by_the_flush_that_records_it_and_only_once() throws SQLException {
    new Flush(worker).message(run, "a").message(run, "b").run(db.connection);
    long message =
        Long.parseLong(
            db.one("select min(message_id) from backstitch.inbox where run_id = %s", run));

    new Flush(worker).event(run, 2, "TimerFired").take(run, message).run(db.connection);

    assertThat(db.all("select dedup_key from backstitch.inbox")).containsExactly("b");
    assertThat(
            Db.stateOf(() ->
                new Flush(worker)
                    .event(run, 3, "TimerFired")
                    .take(run, message)
                    .run(db.connection)))
        .isEqualTo("BS003");
    assertThat(db.one("select max(seq) from backstitch.history where run_id = %s", run))
        .isEqualTo("2");
  }

  @Test
  void a_message_wakes_a_run_that_nobody_has_in_memory() throws SQLException {
    new Flush(worker).park(run, null).run(db.connection);

    new Flush(worker).message(run, "a").message(run + 1, "a").run(db.connection);

    assertThat(
            db.all(
                "select worker_id is null, wake_at <= clock_timestamp() from backstitch.run"
                    + " order by run_id"))
        .containsExactly("t t", "f null");
  }

  @Test
  void of_two_posts_to_one_place_the_newer_version_stays_whichever_comes_first()
      throws SQLException {
    new Flush(worker)
        .post("t", "k", run, 3, "third")
        .post("t", "k", run, 2, "second")
        .post("t", "other", run, 2, "other")
        .run(db.connection);
    new Flush(worker).post("t", "k", run, 1, "first").run(db.connection);

    assertThat(posts()).containsExactly("k 3 third", "other 2 other");

    new Flush(worker, 1).post("t", "k", run + 1, 1, "a later run").run(db.connection);
    new Flush(worker).post("t", "k", run, 9, "an older run").run(db.connection);

    assertThat(posts()).containsExactly("k 1 a later run", "other 2 other");
  }

  private Iterable<String> posts() throws SQLException {
    return db.all(
        "select key, seq, convert_from(content, 'UTF8') from backstitch.outbox order by key");
  }

  @Test
  void what_was_delivered_stays_known_when_a_newer_version_comes() throws SQLException {
    new Flush(worker).post("t", "k", run, 2, "first").run(db.connection);
    db.execute(
        """
        update backstitch.outbox
        set delivered_run_id = run_id, delivered_seq = seq, delivered_hash = content_hash,
            delivered_at = clock_timestamp(), attempts = 3
        """);

    new Flush(worker).post("t", "k", run, 5, "second").run(db.connection);

    assertThat(
            db.one(
                "select seq, delivered_seq, delivered_hash <> content_hash, attempts"
                    + " from backstitch.outbox"))
        .isEqualTo("5 2 t 0");
  }

  @Test
  void a_run_that_lost_its_key_posts_nothing() throws SQLException {
    new Flush(worker).begin(run + 2, "key").run(db.connection);

    new Flush(worker)
        .begin(run + 3, "key")
        .post("t", "k", run + 3, 1, "from the loser")
        .declare(run + 3, "t", "k", "FAILED", "from the loser")
        .run(db.connection);

    assertThat(db.all("select key from backstitch.outbox")).isEmpty();
    assertThat(db.all("select key from backstitch.final_post")).isEmpty();
  }
}
