package dev.backstitch.orchestrator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Versions of what a target shows already, recorded while others of them are marked as shown.
final class ShownPostsTest {
  private static final int KEYS_BEFORE = 20_000;
  private static final int KEYS_BEHIND = 300;

  private static final String RECORD_ALL =
      """
      select backstitch.record_posts('{}', '{}',
               array_agg('wall:here'::text), array_agg(k.key), array_agg(%s::bigint), array_agg(1),
               array_agg('same'::bytea), array_agg(sha256('same'::bytea)))
      from (
        select 'a' || n as key from generate_series(1, %s) as n
        union all
        select 'z' || n from generate_series(1, %s) as n
      ) k
      """;

  private static final String RECORD_ONE =
      """
      select backstitch.record_posts('{}', '{}',
               array['wall:here'], array['z' || ?], array[3::bigint], array[1],
               array['same'::bytea], array[sha256('same'::bytea)])
      """;

  private static final String DELIVER_ALL =
      """
      select backstitch.finish_delivery(
               min(t.delivery_id), array_agg(t.key), array_agg('DELIVERED'::text), array_agg(null::text),
               array_agg(0::bigint), 5, 0, null)
      from backstitch.take_posts(%s, '{wall}', 100000, interval '1 minute', 5) t
      """;

  /// Taking looks at one key after the other; meanwhile the last of them get newer versions.
  @Test
  void each_version_that_is_shown_already_is_marked_whenever_it_was_recorded() throws Exception {
    try (Db db = new Db();
        Connection flushes = db.another();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long worker = db.worker();
      db.execute(RECORD_ALL, 1, KEYS_BEFORE, KEYS_BEHIND);
      db.execute(DELIVER_ALL, worker);
      db.execute(RECORD_ALL, 2, KEYS_BEFORE, KEYS_BEHIND);
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> recording =
          threads.submit(() -> {
            try (PreparedStatement record = flushes.prepareStatement(RECORD_ONE)) {
              for (int n = 1; n <= KEYS_BEHIND; n++) {
                record.setInt(1, n);
                record.execute();
                begun.countDown();
              }
            }
            return null;
          });
      begun.await();

      db.execute(DELIVER_ALL, worker);
      recording.get();

      assertThat(
              db.all(
                  """
                  select p.key
                  from backstitch.post p
                  join backstitch.outbox o
                    on (o.run_id, o.seq, o.target, o.key) = (p.run_id, p.seq, p.target, p.key)
                  where o.state = 'DELIVERED'
                    and p.delivered_at is null
                  """))
          .isEmpty();
      assertThat(db.one("select count(*) from backstitch.post_fate where fate = 'UNCHANGED'"))
          .satisfies(unchanged -> assertThat(Integer.parseInt(unchanged)).isPositive());
    }
  }
}
