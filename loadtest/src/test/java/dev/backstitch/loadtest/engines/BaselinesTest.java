package dev.backstitch.loadtest.engines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.migrations.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BaselinesTest {
  private static final int RUNS = 5;
  private static final int STEPS = 3;
  private static final List<String> EVENTS =
      List.of(
          "RunStarted",
          "ActivityScheduled",
          "ActivityCompleted",
          "ActivityScheduled",
          "ActivityCompleted",
          "ActivityScheduled",
          "ActivityCompleted",
          "RunCompleted");

  static List<Engine> withRows() {
    return List.of(new ReplayEngine(), new PostbackEngine(), new CommitPerEventEngine());
  }

  @ParameterizedTest
  @MethodSource("withRows")
  void a_design_with_rows_keeps_every_event(Engine engine) throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      work(engine, database);

      assertThat(
              texts(
                  database,
                  "select string_agg(event_type, ',' order by seq) from event group by run_id"))
          .hasSize(RUNS)
          .containsOnly(String.join(",", EVENTS));
      assertThat(texts(database, "select ended::text from event_run"))
          .hasSize(RUNS)
          .containsOnly("true");
    }
  }

  @Test
  void the_blob_holds_every_event() throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      work(new BlobEngine(), database);

      assertThat(texts(database, "select convert_from(state, 'UTF8') from blob_run where ended"))
          .hasSize(RUNS)
          .allSatisfy(state ->
              assertThat(state.lines().map(line -> line.replaceAll(" .*", "")))
                  .containsExactlyElementsOf(EVENTS));
    }
  }

  @Test
  void a_line_is_put_behind_the_others() {
    byte[] one = "A {}\n".getBytes(StandardCharsets.UTF_8);
    Stored event = Stored.of(2, "B", "[1]".getBytes(StandardCharsets.UTF_8));

    assertThat(new String(BlobEngine.lines(one, List.of(event)), StandardCharsets.UTF_8))
        .isEqualTo("A {}\nB [1]\n");
  }

  private static void work(Engine engine, TestDatabase database) throws Exception {
    Ground ground =
        new Ground(database.jdbcUrl(), database.user(), database.password(), "no files");
    Latencies latencies = new Latencies();
    try (Session session = engine.open(ground)) {
      session.perform(new Work(STEPS, 2, RUNS, Duration.ofMinutes(1)), latencies);
    }
    assertThat(latencies.count()).isEqualTo(RUNS);
  }

  private static List<String> texts(TestDatabase database, String query) {
    return Jdbi.create(database.dataSource())
        .withHandle(handle -> handle.createQuery(query).mapTo(String.class).list());
  }
}
