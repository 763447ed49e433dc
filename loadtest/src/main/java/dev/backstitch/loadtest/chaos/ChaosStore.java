package dev.backstitch.loadtest.chaos;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Instant;
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

  /// The runs of the chaos workflow that are open and may still end. One that is stuck never does,
  /// so nobody waits for it: [#stuck] is where it is told.
  static List<RunId> open(Handle handle) {
    return handle.createQuery(OPEN).mapTo(Long.class).map(RunId::new).list();
  }

  private static final String STUCK =
      """
      select backstitch.run_id_text(run_id) || ' of ' || workflow || ' is stuck: ' || problem
      from backstitch.run
      where status = 'STUCK'
      order by run_id
      limit :limit
      """;

  /// The runs that are stuck, and why. Nothing that chaos does is a reason to be.
  static List<String> stuck(Handle handle, int limit) {
    return handle.createQuery(STUCK).bind("limit", limit).mapTo(String.class).list();
  }

  private static final String ALL_OPEN =
      """
      select run_id
      from backstitch.run
      where closed_at is null
      order by run_id
      """;

  /// Every run that is open.
  static List<Long> allOpen(Handle handle) {
    return handle.createQuery(ALL_OPEN).mapTo(Long.class).list();
  }

  private static final String STILL_OPEN =
      """
      select count(*)
      from backstitch.run
      where run_id = any (:runIds)
        and closed_at is null
      """;

  /// How many of some runs are still open.
  static int stillOpen(Handle handle, List<Long> runIds) {
    return handle
        .createQuery(STILL_OPEN)
        .bindArray("runIds", Long.class, runIds)
        .mapTo(Integer.class)
        .one();
  }

  private static final String OPEN_SLEEPERS =
      """
      select count(*)
      from backstitch.run
      where workflow = :sleeper
        and closed_at is null
      """;

  /// How many runs sleep.
  static int openSleepers(Handle handle) {
    return handle
        .createQuery(OPEN_SLEEPERS)
        .bind("sleeper", ChaosModule.SLEEPER)
        .mapTo(Integer.class)
        .one();
  }

  private static final String MISSING =
      """
      select backstitch.run_id_text(o.run_id)
               || case
                    when r.run_id is null then ' is not there'
                    when r.status = 'STUCK' then ' is stuck: ' || r.problem
                    when r.workflow = :sleeper then ' was to sleep, and is ' || r.status
                    else ' is ' || r.status || ' without an event that says so'
                  end
      from unnest(:runIds) as o (run_id)
      left join backstitch.run r
        on r.run_id = o.run_id
      where r.run_id is null
        or r.status = 'STUCK'
        or r.closed_at is not null
          and (r.workflow = :sleeper
               or not exists (
                 select
                 from backstitch.history h
                 where h.run_id = r.run_id
                   and h.event_type::text = 'Run' || initcap(r.status::text)))
      order by o.run_id
      """;

  /// Which of some runs that were open are not any more, and have not ended as a run ends. One that
  /// sleeps for an hour is to be open still.
  static List<String> missing(Handle handle, List<Long> runIds) {
    return handle
        .createQuery(MISSING)
        .bindArray("runIds", Long.class, runIds)
        .bind("sleeper", ChaosModule.SLEEPER)
        .mapTo(String.class)
        .list();
  }

  private static final String NOW =
      """
      select clock_timestamp()
      """;

  /// The database's clock.
  static Instant now(Handle handle) {
    return handle.createQuery(NOW).mapTo(Instant.class).one();
  }

  private static final String HAS_WRITTEN =
      """
      select exists (
        select
        from backstitch.history h
        join backstitch.worker w
          on w.worker_id = h.worker_id
        where w.process_id = :processId
          and h.occurred_at > :since
          and (h.run_id = any (:runIds) or h.run_id >= backstitch.first_run_id_at(:since)))
      """;

  /// Whether an event is there that a process has made since, of a run that it had then or that was
  /// begun since.
  static boolean hasWritten(Handle handle, long processId, Instant since, List<Long> runIds) {
    return handle
        .createQuery(HAS_WRITTEN)
        .bind("processId", processId)
        .bind("since", since)
        .bindArray("runIds", Long.class, runIds)
        .mapTo(Boolean.class)
        .one();
  }

  private static final String LEFT =
      """
      select convert_from(payload, 'UTF8')::json ->> 'id'
      from backstitch.inbox
      where run_id = :runId
        and event_type = 'SignalReceived'
      order by message_id
      """;

  /// The ids of signals that were accepted and not taken.
  static List<String> leftSignals(Handle handle, RunId run) {
    return handle.createQuery(LEFT).bind("runId", run.value()).mapTo(String.class).list();
  }

  private static final String TOTALS =
      """
      select (select count(*) from backstitch.run where workflow <> 'before') as runs,
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
      select max(pg_relation_size(inhrelid))
      from pg_inherits
      where inhparent = 'backstitch.history'::regclass
      """;

  /// The size of the largest part of the history.
  static long largestFileBytes(Handle handle) {
    return handle.createQuery(LARGEST_FILE).mapTo(Long.class).one();
  }

  private static final String OLD_WORKER =
      """
      insert into backstitch.worker (host, process_id, build, lease, ended_at, end_reason)
      values ('before', 1, 'before', interval '1 second', clock_timestamp(), 'stopped')
      returning worker_id
      """;

  private static final String OLD_RUNS =
      """
      insert into backstitch.run (run_id, workflow, status, build, created_at, closed_at)
      select backstitch.first_run_id_at(clock_timestamp() - interval '1 second') + n,
             'before',
             'COMPLETED',
             'before',
             clock_timestamp(),
             clock_timestamp()
      from generate_series(1, :runs) as n
      """;

  private static final String OLD_HISTORIES =
      """
      insert into backstitch.history (run_id, seq, event_type, occurred_at, worker_id, payload)
      select r.run_id, e.seq, e.type::backstitch.event_type, r.created_at, :workerId, e.payload
      from backstitch.run r
      cross join (values (1, 'RunStarted', :started), (2, 'RunCompleted', :completed))
        as e (seq, type, payload)
      order by r.run_id, e.seq
      """;

  /// Leaves the history of runs that ended before anything began: two events each.
  ///
  /// @param input of each run
  static void leaveHistory(Handle handle, int runs, Payload input) {
    Event started = new Event.RunStarted("before", null, "before", input);
    long worker = handle.createQuery(OLD_WORKER).mapTo(Long.class).one();
    handle.createUpdate(OLD_RUNS).bind("runs", runs).execute();
    handle
        .createUpdate(OLD_HISTORIES)
        .bind("workerId", worker)
        .bind("started", EventCodec.encode(started).utf8())
        .bind("completed", EventCodec.encode(new Event.RunCompleted(Payload.NULL)).utf8())
        .execute();
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
