package dev.backstitch.orchestrator.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// The statements of registration, heartbeat and takeover.
final class LeaseStore {
  /// The first key of every worker's advisory lock: "bstw" in ASCII.
  private static final int LOCK_CLASS = 0x62737477;

  private LeaseStore() {}

  private static final String REGISTER =
      """
      insert into backstitch.worker (host, process_id, build, lease, queues)
      values (:host, :processId, :build, make_interval(secs => :leaseSeconds), :queues)
      returning worker_id
      """;

  private static final String LOCK_SESSION =
      """
      select pg_advisory_lock(:lockClass, (:workerId % 2147483647)::integer)
      """;

  private static final String FIRST_BEAT =
      """
      insert into backstitch.heartbeat (worker_id)
      values (:workerId)
      returning beat_at
      """;

  private static final String FENCE =
      """
      insert into backstitch.fence (worker_id, lane)
      select :workerId, lane
      from generate_series(0, :lanes - 1) as lane
      """;

  /// Who registers.
  record Registration(
      String host, long processId, String build, Duration lease, int lanes, List<String> queues) {}

  /// What a registration gives.
  record Registered(long workerId, Instant now) {}

  /// Registers a worker. Call it in a transaction: the session lock, which outlives it, must be
  /// held before anybody can see the worker.
  static Registered register(Handle handle, Registration registration) {
    long workerId =
        handle
            .createQuery(REGISTER)
            .bind("host", registration.host())
            .bind("processId", registration.processId())
            .bind("build", registration.build())
            .bind("leaseSeconds", registration.lease().toMillis() / 1000.0)
            .bindArray("queues", String.class, registration.queues())
            .mapTo(Long.class)
            .one();
    lockSession(handle, workerId);
    Instant now =
        handle.createQuery(FIRST_BEAT).bind("workerId", workerId).mapTo(Instant.class).one();
    handle
        .createUpdate(FENCE)
        .bind("workerId", workerId)
        .bind("lanes", registration.lanes())
        .execute();
    return new Registered(workerId, now);
  }

  /// Holds the worker's advisory lock for as long as this connection lives.
  static void lockSession(Handle handle, long workerId) {
    handle
        .createQuery(LOCK_SESSION)
        .bind("lockClass", LOCK_CLASS)
        .bind("workerId", workerId)
        .mapTo(String.class)
        .list();
  }

  private static final String TRY_LOCK_SESSION =
      """
      select pg_try_advisory_lock(:lockClass, (:workerId % 2147483647)::integer)
      """;

  /// As [#lockSession], but without waiting: a session of our own that the server still takes for
  /// alive may hold it, and the heartbeat must not stand still for that.
  static boolean tryLockSession(Handle handle, long workerId) {
    return handle
        .createQuery(TRY_LOCK_SESSION)
        .bind("lockClass", LOCK_CLASS)
        .bind("workerId", workerId)
        .mapTo(Boolean.class)
        .one();
  }

  private static final String BEAT =
      """
      update backstitch.heartbeat
      set beat_at = clock_timestamp(),
          runs = :runs,
          room = :room
      where worker_id = :workerId
      returning beat_at
      """;

  /// Renews the lease. Empty if the worker has been taken over.
  static Optional<Instant> beat(Handle handle, long workerId, WorkerLease.Load load) {
    return handle
        .createQuery(BEAT)
        .bind("workerId", workerId)
        .bind("runs", load.runs())
        .bind("room", load.room())
        .mapTo(Instant.class)
        .findOne();
  }

  private static final String PEERS =
      """
      select w.worker_id, h.runs, h.room, w.queues, w.build
      from backstitch.worker w
      join backstitch.heartbeat h
        on h.worker_id = w.worker_id
      where w.ended_at is null
        and w.worker_id <> :self
        and h.beat_at + w.lease > clock_timestamp()
      order by w.worker_id
      limit 1000
      """;

  /// The other workers that live.
  static List<Peer> peers(Handle handle, long self) {
    return handle
        .createQuery(PEERS)
        .bind("self", self)
        .map((rows, _) ->
            new Peer(
                rows.getLong("worker_id"),
                rows.getInt("runs"),
                rows.getInt("room"),
                Set.of((String[]) rows.getArray("queues").getArray()),
                rows.getString("build")))
        .list();
  }

  private static final String SUSPECTS =
      """
      select s.worker_id, s.host, s.process_id, s.lease_seconds, s.session_gone, s.lease_over,
             extract(epoch from clock_timestamp() - pg_postmaster_start_time()) as server_up_seconds
      from (
        select w.worker_id, w.host, w.process_id,
               extract(epoch from w.lease) as lease_seconds,
               pg_try_advisory_xact_lock(:lockClass, (w.worker_id % 2147483647)::integer)
                 as session_gone,
               h.beat_at + w.lease < clock_timestamp() as lease_over
        from backstitch.worker w
        join backstitch.heartbeat h
          on h.worker_id = w.worker_id
        where w.ended_at is null
          and w.worker_id <> :self
        order by w.worker_id
        limit 1000
      ) s
      where s.session_gone
        or s.lease_over
      order by s.worker_id
      """;

  /// Workers whose session is gone or whose lease is over. The locks that the question takes end
  /// with its transaction, in autocommit with the question itself.
  static List<Suspect> suspects(Handle handle, long self) {
    return handle
        .createQuery(SUSPECTS)
        .bind("self", self)
        .bind("lockClass", LOCK_CLASS)
        .map((rows, _) ->
            new Suspect(
                rows.getLong("worker_id"),
                rows.getString("host"),
                rows.getLong("process_id"),
                seconds(rows.getDouble("lease_seconds")),
                rows.getBoolean("session_gone"),
                rows.getBoolean("lease_over"),
                seconds(rows.getDouble("server_up_seconds"))))
        .list();
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static final String BOUND_WAIT =
      """
      select set_config('lock_timeout', :millis, true)
      """;

  /// Bounds the waiting for locks in this transaction; beyond it a statement fails with 55P03.
  static void boundWait(Handle handle, Duration most) {
    handle
        .createQuery(BOUND_WAIT)
        .bind("millis", Long.toString(most.toMillis()))
        .mapTo(String.class)
        .one();
  }

  private static final String END_LANES =
      """
      select count(pg_terminate_backend(pid))
      from pg_stat_activity
      where datname = current_database()
        and application_name ~ ('^backstitch lane-[0-9]+ of worker ' || :workerId || '$')
      """;

  /// Ends the lane sessions of a worker that holds its fence and says nothing: a process that froze
  /// in the middle of a flush.
  static int endLanes(Handle handle, long workerId) {
    return handle.createQuery(END_LANES).bind("workerId", workerId).mapTo(Integer.class).one();
  }

  private static final String LOCK_WORKER =
      """
      select worker_id
      from backstitch.worker
      where worker_id = :workerId
        and ended_at is null
      for update skip locked
      """;

  private static final String UNFENCE =
      """
      delete from backstitch.fence
      where worker_id = :workerId
      """;

  private static final String STOP_BEATING =
      """
      delete from backstitch.heartbeat
      where worker_id = :workerId
      """;

  private static final String END =
      """
      update backstitch.worker
      set ended_at = clock_timestamp(),
          end_reason = :reason
      where worker_id = :workerId
      """;

  private static final String SET_FREE =
      """
      update backstitch.run
      set worker_id = null,
          wake_at = clock_timestamp() - make_interval(secs => :overdueSeconds)
      where worker_id = :workerId
      """;

  /// The runs of the dead are due for longer than any worker is patient in claiming: none of those
  /// that live leaves them to another.
  private static final Duration OVERDUE = Duration.ofMinutes(1);

  /// Ends a worker and sets its runs free. Call it in a transaction of its own.
  ///
  /// @return how many runs were set free; empty if somebody else ends or has ended it
  static Optional<Integer> end(Handle handle, long workerId, String reason) {
    boolean mine =
        handle
            .createQuery(LOCK_WORKER)
            .bind("workerId", workerId)
            .mapTo(Long.class)
            .findOne()
            .isPresent();
    return mine ? Optional.of(setFree(handle, workerId, reason, Duration.ZERO)) : Optional.empty();
  }

  private static final String LOCK_SILENT_WORKER =
      """
      select w.worker_id
      from backstitch.worker w
      join backstitch.heartbeat h
        on h.worker_id = w.worker_id
      where w.worker_id = :workerId
        and w.ended_at is null
        and (h.beat_at + w.lease < clock_timestamp()
             or pg_try_advisory_xact_lock(:lockClass, (w.worker_id % 2147483647)::integer))
      for update of w skip locked
      """;

  private static final String LOCK_OWN_FENCE =
      """
      select 1
      from backstitch.fence
      where worker_id = :self
        and lane = 0
      for key share
      """;

  /// Ends another worker, if it is still silent, and sets its runs free. Call it in a transaction
  /// of its own. Asked again under the lock, and of a taker that lives itself: two workers that
  /// come back late together can't end each other, because each holds its own fence.
  ///
  /// @return how many runs were set free; empty if the worker is back, or somebody else ends it
  static Optional<Integer> takeOver(Handle handle, long workerId, long self) {
    boolean alive =
        handle
            .createQuery(LOCK_OWN_FENCE)
            .bind("self", self)
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (!alive) {
      return Optional.empty();
    }
    boolean silent =
        handle
            .createQuery(LOCK_SILENT_WORKER)
            .bind("workerId", workerId)
            .bind("lockClass", LOCK_CLASS)
            .mapTo(Long.class)
            .findOne()
            .isPresent();
    return silent
        ? Optional.of(setFree(handle, workerId, "taken over by " + self, OVERDUE))
        : Optional.empty();
  }

  private static int setFree(Handle handle, long workerId, String reason, Duration overdue) {
    // Waits for a flush in progress.
    handle.createUpdate(UNFENCE).bind("workerId", workerId).execute();
    handle.createUpdate(STOP_BEATING).bind("workerId", workerId).execute();
    handle.createUpdate(END).bind("workerId", workerId).bind("reason", reason).execute();
    return handle
        .createUpdate(SET_FREE)
        .bind("workerId", workerId)
        .bind("overdueSeconds", overdue.toMillis() / 1000.0)
        .execute();
  }
}
