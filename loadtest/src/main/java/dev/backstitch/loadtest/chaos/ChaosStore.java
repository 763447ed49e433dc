package dev.backstitch.loadtest.chaos;

import dev.backstitch.orchestrator.run.RunId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What chaos asks the database, past the workers.
final class ChaosStore {
  private ChaosStore() {}

  private static final String WORKER_OF =
      """
      select worker_id
      from backstitch.worker
      where process_id = :processId
        and ended_at is null
      order by worker_id desc
      limit 1
      """;

  /// The registration of a process, if it has one at the moment.
  static Optional<Long> workerOf(Handle handle, long processId) {
    return handle.createQuery(WORKER_OF).bind("processId", processId).mapTo(Long.class).findOne();
  }

  private static final String OWNED =
      """
      select run_id
      from backstitch.run
      where worker_id = :workerId
      order by run_id
      """;

  static List<Long> owned(Handle handle, long workerId) {
    return handle.createQuery(OWNED).bind("workerId", workerId).mapTo(Long.class).list();
  }

  private static final String STILL_ORPHANED =
      """
      select count(*)
      from backstitch.run
      where run_id = any (:runIds)
        and closed_at is null
        and (worker_id = :workerId
             or worker_id is null and wake_at <= clock_timestamp())
      """;

  /// How many of a worker's former runs should be in somebody's memory and are not. One that was
  /// parked by its next owner until its time has come is well.
  static int stillOrphaned(Handle handle, long workerId, List<Long> runIds) {
    return handle
        .createQuery(STILL_ORPHANED)
        .bind("workerId", workerId)
        .bindArray("runIds", Long.class, runIds)
        .mapTo(Integer.class)
        .one();
  }

  private static final String OPEN =
      """
      select run_id
      from backstitch.run
      where closed_at is null
        and status <> 'STUCK'
        and workflow = 'chaos'
      order by run_id
      """;

  /// The runs of the chaos workflow that are open and may still end.
  static List<RunId> open(Handle handle) {
    return handle.createQuery(OPEN).mapTo(Long.class).map(RunId::new).list();
  }

  private static final String TOTALS =
      """
      select (select count(*) from backstitch.run) as runs,
             (select count(*)
              from backstitch.history
              where event_type in (
                'ActivityCompleted', 'ActivityFailed', 'ActivityOutcomeUnknown', 'TimerFired'))
               as steps,
             (select count(*)
              from backstitch.worker
              where end_reason like 'taken over by %') as takeovers
      """;

  /// @param steps outcomes that were recorded
  record Totals(long runs, long steps, long takeovers) {}

  static Totals totals(Handle handle) {
    return handle
        .createQuery(TOTALS)
        .map((rows, _) ->
            new Totals(rows.getLong("runs"), rows.getLong("steps"), rows.getLong("takeovers")))
        .one();
  }

  private static final String LARGEST_FILE =
      """
      select max(pg_relation_size(oid))
      from pg_class
      where relkind in ('r', 'i', 't')
      """;

  /// The size of the largest table or index, a partition by itself.
  static long largestFileBytes(Handle handle) {
    return handle.createQuery(LARGEST_FILE).mapTo(Long.class).one();
  }

  private static final String TERMINATE =
      """
      select count(*) filter (where pg_terminate_backend(pid))
      from (
        select pid
        from pg_stat_activity
        where datname = current_database()
          and application_name like :name
        order by md5(pid::text || :salt)
        limit :limit
      ) chosen
      """;

  /// Ends some sessions of workers.
  ///
  /// @param name what `application_name` is like
  /// @return how many
  static int terminate(Handle handle, String name, long salt, int limit) {
    return handle
        .createQuery(TERMINATE)
        .bind("name", name)
        .bind("salt", Long.toString(salt))
        .bind("limit", limit)
        .mapTo(Integer.class)
        .one();
  }
}
