package dev.backstitch.loadtest.engines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.loadtest.load.stage.LoadDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many statements a durable step may cost, as PostgreSQL counts them: those that the engine
/// sends, and those that the checkpoint runs inside itself. None of it depends on the machine.
final class StatementGuardTest {
  private static final Logger log = LoggerFactory.getLogger(StatementGuardTest.class);
  private static final int STEPS = 10;

  /// The start with the first command, then each result with what it causes.
  private static final int FLUSHES = STEPS + 1;

  /// What a worker asks by itself in a test's time, several times a second.
  private static final int OWN_STATEMENTS = 300;

  /// The fence and the rows of history in every checkpoint, the rows of runs that begin or end in
  /// one of eleven each: 3.4. One statement more in every checkpoint makes it 4.4.
  private static final double INSIDE_ALONE = 3.75;

  /// The same where nearly every batch has runs that begin and runs that end: 5.0.
  private static final double INSIDE_TOGETHER = 5.4;

  private static final String COUNTS =
      """
      select coalesce(sum(calls) filter (where toplevel and query like '%checkpoint_v%'), 0)
               as checkpoints,
             coalesce(sum(calls) filter (where toplevel and query not like '%checkpoint_v%'), 0)
               as others,
             coalesce(sum(calls) filter (where not toplevel), 0) as inside
      from pg_stat_statements
      where dbid = (select oid from pg_database where datname = current_database())
        and query not like '%pg_stat_%'
      """;

  @TempDir private Path folder = Path.of("");

  /// How often statements ran.
  ///
  /// @param checkpoints calls of the checkpoint
  /// @param others what else was sent
  /// @param inside what functions ran, nearly all of it the checkpoint
  public record Counts(long checkpoints, long others, long inside) {
    Counts since(Counts before) {
      return new Counts(
          checkpoints - before.checkpoints, others - before.others, inside - before.inside);
    }
  }

  @Test
  void alone_a_step_is_one_call_of_the_checkpoint_and_nothing_beside_it() throws Exception {
    int runs = 100;

    Counts counts = counts(new Work(STEPS, 1, runs, Duration.ofMinutes(1)));

    assertThat(counts.checkpoints())
        .as("%s", counts)
        .isBetween((long) runs * FLUSHES, (long) runs * FLUSHES + runs);
    assertThat(counts.others()).as("%s", counts).isLessThan(OWN_STATEMENTS);
    assertThat((double) counts.inside() / counts.checkpoints())
        .as("statements inside a checkpoint, %s", counts)
        .isLessThan(INSIDE_ALONE);
  }

  @Test
  void together_runs_share_the_calls_and_what_is_inside_does_not_grow_with_them() throws Exception {
    int runs = 1_000;

    Counts counts = counts(new Work(STEPS, 64, runs, Duration.ofMinutes(1)));

    assertThat((double) counts.checkpoints() / ((long) runs * STEPS))
        .as("calls of the checkpoint per step, %s", counts)
        .isLessThan(0.5);
    assertThat(counts.others()).as("%s", counts).isLessThan(OWN_STATEMENTS);
    assertThat((double) counts.inside() / counts.checkpoints())
        .as("statements inside a checkpoint, %s", counts)
        .isLessThan(INSIDE_TOGETHER);
  }

  private Counts counts(Work work) throws Exception {
    try (LoadDatabase database = LoadDatabase.startCounting()) {
      DatabaseAddress address = database.address();
      Ground ground =
          new Ground(address.jdbcUrl(), address.user(), address.password(), folder.toString());
      Jdbi jdbi = Jdbi.create(database.dataSource());
      Latencies latencies = new Latencies();
      Counts counts;
      try (Session session = new BackstitchEngine().open(ground)) {
        Counts before = read(jdbi);
        session.perform(work, latencies);
        counts = read(jdbi).since(before);
      }
      assertThat(latencies.count()).isEqualTo(work.atMostRuns());
      log.info(
          "event=statements checkpoints={} others={} inside={}",
          counts.checkpoints(),
          counts.others(),
          counts.inside());
      return counts;
    }
  }

  private static Counts read(Jdbi jdbi) {
    return jdbi.withHandle(
        handle -> handle.createQuery(COUNTS).map(ConstructorMapper.of(Counts.class)).one());
  }
}
