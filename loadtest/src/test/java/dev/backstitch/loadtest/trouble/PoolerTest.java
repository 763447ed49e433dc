package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real PgBouncer between the engines and their database.
final class PoolerTest {
  private static final String IGNORED = "extra_float_digits,options";
  private static final int FEW = 3;

  @TempDir private Path folder;

  @BeforeAll
  static void pgBouncerIsHere() {
    assumeTrue(
        PgBouncer.program().isPresent(),
        "skipped: there is no pgbouncer on this machine (Debian: apt-get install pgbouncer)");
  }

  @Test
  void a_pooler_in_transaction_mode_serves_all_that_needs_no_session() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        PgBouncer bouncer = bouncer(database, "transaction", FEW, "extra_float_digits");
        Walkers walkers =
            Walkers.on(
                direct(database).withPool(bouncer.jdbcUrl(database)),
                OrchestratorConfig.defaults())) {
      List<Future<RunId>> started = walkers.start(80);

      walkers.assertAllArrived(started, database.dataSource());
      walkers.assertEverythingOnceByTheSameWorkers(database.dataSource());
      assertThat(bouncer.logins()).as("connections of the pool").isNotEmpty();
      assertThat(
              Rows.of(
                  database.dataSource(),
                  """
                  select pid::text
                  from pg_stat_activity
                  where datname = current_database()
                    and application_name = 'backstitch reads'
                  """))
          .as("server connections behind the pooler")
          .hasSizeBetween(1, FEW);
    }
  }

  @Test
  void a_pooler_in_session_mode_serves_everything() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        PgBouncer bouncer = bouncer(database, "session", 60, IGNORED);
        Walkers walkers = Walkers.on(through(bouncer, database), OrchestratorConfig.defaults())) {
      List<Future<RunId>> started = walkers.start(20);

      walkers.assertAllArrived(started, database.dataSource());
      walkers.assertEverythingOnceByTheSameWorkers(database.dataSource());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "transaction, 'extra_float_digits,options', BST-DB-108",
    "statement, 'extra_float_digits,options', BST-DB-108",
    "transaction, extra_float_digits, BST-DB-109",
    "transaction, '', BST-DB-109"
  })
  void a_pooler_without_sessions_is_refused_as_the_database(
      String mode, String ignored, String code) throws Exception {
    try (TestDatabase database = TestDatabase.create();
        PgBouncer bouncer = bouncer(database, mode, FEW, ignored)) {
      DatabaseAddress address = through(bouncer, database);

      assertThatThrownBy(() -> Walkers.on(address, OrchestratorConfig.defaults()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(code)
          .hasMessageContaining("--database-pool-url");
      assertThat(Rows.of(database.dataSource(), "select worker_id from backstitch.worker"))
          .isEmpty();
    }
  }

  @Test
  void serve_says_so_and_ends() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        PgBouncer bouncer = bouncer(database, "transaction", FEW, IGNORED);
        ServeProcess server = server(through(bouncer, database))) {
      assertThat(server.refusal())
          .contains("BST-DB-108")
          .contains("--database-pool-url")
          .doesNotContain(database.password())
          .doesNotContain("\tat ");
    }
  }

  @Test
  void serve_takes_the_address_of_a_pooler_beside_the_direct_one() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        PgBouncer bouncer = bouncer(database, "transaction", FEW, "extra_float_digits");
        ServeProcess server =
            server(direct(database), "--database-pool-url", bouncer.jdbcUrl(database))) {
      server.start();

      assertThat(bouncer.logins()).as("connections of the pool").isNotEmpty();
      assertThat(Rows.of(database.dataSource(), "select worker_id from backstitch.worker"))
          .hasSize(1);
    }
  }

  private ServeProcess server(DatabaseAddress address, String... options) {
    return new ServeProcess(
        folder.resolve("server"),
        new ServeProcess.Launch(address, folder.resolve("steps.log"), List.of(options)));
  }

  private PgBouncer bouncer(TestDatabase database, String mode, int size, String ignored)
      throws Exception {
    return PgBouncer.start(folder, database, new PgBouncer.Setting(mode, size, ignored));
  }

  private static DatabaseAddress direct(TestDatabase database) {
    return new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
  }

  private static DatabaseAddress through(PgBouncer bouncer, TestDatabase database) {
    return new DatabaseAddress(bouncer.jdbcUrl(database), database.user(), database.password());
  }
}
