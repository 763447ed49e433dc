package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.run.RunId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The statements by which a worker takes runs that nobody has.
final class ClaimStore {
  private ClaimStore() {}

  private static final String CLAIM =
      """
      with fence as (
        select 1
        from backstitch.fence
        where worker_id = :workerId
          and lane = 0
        for key share
      ),
      due as (
        select run_id
        from backstitch.run
        where worker_id is null
          and status = 'RUNNING'
          and wake_at <= statement_timestamp()
          and workflow = any(:workflows)
        order by wake_at, run_id
        limit :limit
        for update skip locked
      )
      update backstitch.run r
      set worker_id = :workerId,
          wake_at = null
      from due
      where r.run_id = due.run_id
        and exists (select from fence)
      returning r.run_id
      """;

  /// Takes due runs of workflows that this process has; the others wait for one that has them. A
  /// worker without its fence gets none: whoever deletes the fence row waits for this transaction,
  /// and then sees what it took.
  ///
  /// The time is the statement's, which an index condition can use; `clock_timestamp()` would have
  /// every claim read every sleeping run.
  static List<RunId> claim(Handle handle, long workerId, List<String> workflows, int limit) {
    return handle
        .createQuery(CLAIM)
        .bind("workerId", workerId)
        .bindArray("workflows", String.class, workflows)
        .bind("limit", limit)
        .map((rows, _) -> new RunId(rows.getLong("run_id")))
        .list();
  }

  private static final String OWNED =
      """
      select run_id
      from backstitch.run
      where worker_id = :workerId
      order by run_id
      """;

  /// Every run that this worker has by the database's account.
  static List<RunId> owned(Handle handle, long workerId) {
    return handle
        .createQuery(OWNED)
        .bind("workerId", workerId)
        .map((rows, _) -> new RunId(rows.getLong("run_id")))
        .list();
  }

  private static final String UNSTICK =
      """
      update backstitch.run
      set status = 'RUNNING',
          problem = null,
          wake_at = clock_timestamp()
      where status = 'STUCK'
        and build <> :build
        and workflow = any(:workflows)
      """;

  /// Gives stuck runs another chance with a build that has not seen them stuck.
  static int unstick(Handle handle, String build, List<String> workflows) {
    return handle
        .createUpdate(UNSTICK)
        .bind("build", build)
        .bindArray("workflows", String.class, workflows)
        .execute();
  }

  private static final String MAKE_PARTITIONS =
      """
      select backstitch.make_partitions(:weeks)
      """;

  /// Makes history partitions ahead of need; returns how many were missing.
  static int makePartitions(Handle handle, int weeks) {
    return handle.createQuery(MAKE_PARTITIONS).bind("weeks", weeks).mapTo(Integer.class).one();
  }
}
