package dev.backstitch.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.lease.Leases;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who takes a run whose worker is gone, when the worker that lives leaves new work to others.
final class OrphansTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final TestDatabase database = TestDatabase.create();
  private final Jdbi jdbi = Jdbi.create(database.dataSource());
  private final Handle session = jdbi.open();
  private final Handle doomedSession = jdbi.open();
  private final Claims claims = new Claims(jdbi);
  private long living;
  private long doomed;

  @BeforeEach
  void begin() {
    living = new Leases(jdbi, session).register(Duration.ofMinutes(1));
    doomed = new Leases(jdbi, doomedSession).register(Duration.ofMinutes(1));
    session.execute(
        """
        insert into backstitch.run (run_id, workflow, build, created_at, wake_at)
        values (1, 'greet', 'test', clock_timestamp(), clock_timestamp())
        """);
    assertThat(claims.claim(doomed, List.of("greet"), 10)).containsExactly(new RunId(1));
  }

  @AfterEach
  void close() {
    doomedSession.close();
    session.close();
    database.close();
  }

  @Test
  void a_run_of_a_worker_that_died_is_taken_at_once_by_a_worker_however_patient() {
    doomedSession.close();
    assertThat(new Leases(jdbi, session).takeOver(doomed, living)).contains(1);

    assertThat(claims.claim(living, List.of("greet"), 10, PATIENT)).containsExactly(new RunId(1));
  }

  @Test
  void a_run_of_a_worker_that_stopped_is_left_to_the_least_busy() {
    assertThat(new Leases(jdbi, doomedSession).end(doomed, "stopped")).contains(1);

    assertThat(claims.claim(living, List.of("greet"), 10, PATIENT)).isEmpty();
    assertThat(claims.claim(living, List.of("greet"), 10)).containsExactly(new RunId(1));
  }
}
