package dev.backstitch.loadtest.engines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.loadtest.demo.TemporaryHome;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CeilingEngineTest {
  private static final int RUNS = 7;

  /// A time may have three digits less.
  private static final int DIGITS = 4;

  private static final String ROWS =
      """
      select h.seq, h.event_type::text as type, count(*) as rows, max(octet_length(h.payload)) as bytes
      from backstitch.history h
      join backstitch.run r
        on r.run_id = h.run_id
      where r.status = 'COMPLETED'
      group by h.seq, h.event_type
      order by h.seq
      """;

  record Written(int seq, String type, long rows, int bytes) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void the_ceiling_writes_the_rows_that_the_engine_writes(int steps) throws Exception {
    List<Written> ours = written(new BackstitchEngine(), steps);
    List<Written> ceilings = written(new CeilingEngine(), steps);

    assertThat(ours).hasSize(2 * steps + 2).allMatch(row -> row.rows() == RUNS);
    assertThat(ceilings)
        .usingElementComparator((one, other) ->
            one.seq() == other.seq()
                    && one.type().equals(other.type())
                    && one.rows() == other.rows()
                    && Math.abs(one.bytes() - other.bytes()) < DIGITS
                ? 0
                : 1)
        .containsExactlyElementsOf(ours);
  }

  private static List<Written> written(Engine engine, int steps) throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TemporaryHome home = TemporaryHome.create()) {
      Ground ground =
          new Ground(
              database.jdbcUrl(), database.user(), database.password(), home.path().toString());
      Latencies latencies = new Latencies();
      try (Session session = engine.open(ground)) {
        session.perform(new Work(steps, 3, RUNS, Duration.ofMinutes(1)), latencies);
      }
      assertThat(latencies.count()).isEqualTo(RUNS);
      return Jdbi.create(database.dataSource())
          .withHandle(handle ->
              handle
                  .createQuery(ROWS)
                  .map((row, _) ->
                      new Written(
                          row.getInt("seq"),
                          row.getString("type"),
                          row.getLong("rows"),
                          row.getInt("bytes")))
                  .list());
    }
  }
}
