package dev.backstitch.orchestrator.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a worker believes of itself.
final class WorkerLeaseTest {
  private final TestDatabase database = TestDatabase.create();
  private final Jdbi jdbi = Jdbi.create(database.dataSource());
  private final WorkerLease lease =
      WorkerLease.acquire(
          new DatabaseAddress(database.jdbcUrl(), database.user(), database.password()),
          new WorkerLease.Terms(
              "test", Duration.ofMinutes(10), Duration.ofMillis(20), 1, List.of("default")));

  @AfterEach
  void close() {
    lease.close();
    database.close();
  }

  private void cutSession() {
    int cut =
        jdbi.withHandle(handle ->
            handle
                .createQuery(
                    """
                    select count(*) filter (where pg_terminate_backend(pid, 5000))
                    from pg_stat_activity
                    where datname = current_database()
                      and application_name like '%session%'
                    """)
                .mapTo(Integer.class)
                .one());
    assertThat(cut).isEqualTo(1);
  }

  @Test
  void a_worker_whose_session_broke_counts_on_nothing_until_its_lease_is_renewed_over_another() {
    assertThat(lease.isCurrent()).isTrue();

    cutSession();
    assertThatThrownBy(lease::peers).isInstanceOf(JdbiException.class);
    assertThat(lease.isCurrent()).isFalse();

    // That the database answers again is not enough: others may have taken over meanwhile.
    assertThat(lease.peers()).isEmpty();
    assertThat(lease.isCurrent()).isFalse();

    lease.start(() -> new WorkerLease.Load(0, 1), () -> {});
    Awaitility.await().until(lease::isCurrent);
  }

  @Test
  void a_worker_that_was_taken_over_meanwhile_never_counts_on_its_lease_again() {
    cutSession();
    assertThatThrownBy(lease::peers).isInstanceOf(JdbiException.class);
    jdbi.useTransaction(handle -> LeaseStore.end(handle, lease.workerId(), "gone"));
    CountDownLatch lost = new CountDownLatch(1);

    lease.start(() -> new WorkerLease.Load(0, 1), lost::countDown);

    Awaitility.await().until(() -> lost.getCount() == 0);
    assertThat(lease.isCurrent()).isFalse();
  }
}
