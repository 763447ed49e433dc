package dev.backstitch.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.lease.Leases;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A claimer on a real database, with a memory that the test decides about.
final class ClaimerTest {
  private final TestDatabase database = TestDatabase.create();
  private final Jdbi jdbi = Jdbi.create(database.dataSource());
  private final Handle session = jdbi.open();
  private final Queue<RunId> loaded = new ConcurrentLinkedQueue<>();
  private final Set<RunId> memory = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean breaksDown = new AtomicBoolean();
  private long worker;
  private Claimer claimer;

  @BeforeEach
  void begin() {
    worker = new Leases(jdbi, session).register(Duration.ofMinutes(1));
    claimer =
        new Claimer(
            jdbi,
            worker,
            new Claimer.Limits(List.of("greet"), Duration.ofMillis(5), 10, 100),
            () -> new Appetite(Map.of("default", 10), Duration.ZERO),
            this::isInMemory,
            (claim, _) -> loaded.add(claim.runId()),
            () -> {});
  }

  @AfterEach
  void close() {
    claimer.close();
    session.close();
    database.close();
  }

  private boolean isInMemory(RunId run) {
    if (breaksDown.getAndSet(false)) {
      throw new IllegalStateException("the answer to this claim is lost");
    }
    return memory.contains(run);
  }

  private void park(long run) {
    session.execute(
        """
        insert into backstitch.run (run_id, workflow, build, created_at, wake_at)
        values (?, 'greet', 'test', clock_timestamp(), clock_timestamp())
        on conflict (run_id) do update
        set worker_id = null, wake_at = clock_timestamp()
        """,
        run);
  }

  private void awaitClaimed(long run) {
    Awaitility.await()
        .until(() ->
            session
                .createQuery("select worker_id from backstitch.run where run_id = ?")
                .bind(0, run)
                .mapTo(Long.class)
                .findOne()
                .filter(owner -> owner == worker)
                .isPresent());
  }

  private void awaitLoaded(long... runs) {
    for (long run : runs) {
      Awaitility.await().until(() -> loaded.contains(new RunId(run)));
    }
  }

  @Test
  void a_run_that_is_claimed_before_it_has_left_memory_is_loaded_behind_that() {
    memory.add(new RunId(1));
    park(1);
    claimer.start();
    awaitClaimed(1);
    // Later claims pass it by.
    park(2);
    awaitLoaded(2);
    park(3);
    awaitLoaded(3);
    assertThat(loaded).doesNotContain(new RunId(1));

    memory.remove(new RunId(1));

    awaitLoaded(1);
    assertThat(loaded).hasSize(3);
  }

  @Test
  void a_run_that_was_parked_once_more_is_loaded_by_its_next_claim_alone() {
    memory.add(new RunId(1));
    park(1);
    claimer.start();
    awaitClaimed(1);

    // The lane sends the parking again, and hears of it.
    park(1);
    memory.remove(new RunId(1));

    awaitLoaded(1);
    park(2);
    awaitLoaded(2);
    park(3);
    awaitLoaded(3);
    assertThat(loaded).hasSize(3);
  }

  @Test
  void a_run_that_has_left_memory_is_loaded_although_its_messages_could_not_be_addressed_at_once() {
    memory.add(new RunId(1));
    park(1);
    claimer.start();
    awaitClaimed(1);
    park(2);
    awaitLoaded(2);
    session.execute("alter function backstitch.address_inbox rename to address_inbox_as_it_is");
    session.execute("create sequence backstitch.tries");
    session.execute(
        """
        create function backstitch.address_inbox(p_worker_id bigint, p_run_ids bigint[])
        returns integer
        language plpgsql
        as $$
        begin
          -- What a sequence has given out stays given out.
          perform nextval('backstitch.tries');
          raise exception 'not now' using errcode = '57P01';
        end
        $$
        """);

    memory.remove(new RunId(1));
    Awaitility.await()
        .until(() ->
            session
                .createQuery("select is_called from backstitch.tries")
                .mapTo(Boolean.class)
                .one());
    session.execute("drop function backstitch.address_inbox");
    session.execute("alter function backstitch.address_inbox_as_it_is rename to address_inbox");

    awaitLoaded(1);
  }

  @Test
  void a_run_of_an_unheard_claim_that_is_still_in_memory_is_loaded_behind_that() {
    memory.add(new RunId(1));
    park(1);
    breaksDown.set(true);
    claimer.start();
    awaitClaimed(1);
    park(2);
    awaitLoaded(2);
    assertThat(loaded).doesNotContain(new RunId(1));

    memory.remove(new RunId(1));

    awaitLoaded(1);
    assertThat(loaded).hasSize(2);
  }
}
