package dev.backstitch.orchestrator.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Reads of run rows. They are written by the checkpoint, the claim and the takeover.
public final class RunStore {
  private RunStore() {}

  private static final String FIND =
      """
      select run_id, workflow, business_key, queue, priority, status, build, worker_id,
             created_at, closed_at, nullif(wake_at, 'infinity') as wake_at, problem
      from backstitch.run
      where run_id = :runId
      """;

  /// One run.
  public static Optional<Run> find(Handle handle, RunId id) {
    return handle
        .createQuery(FIND)
        .bind("runId", id.value())
        .map((rows, _) -> read(rows))
        .findOne();
  }

  private static final String LIST =
      """
      select run_id, workflow, business_key, queue, priority, status, build, worker_id,
             created_at, closed_at, nullif(wake_at, 'infinity') as wake_at, problem
      from backstitch.run
      where (:workflow::text is null or workflow = :workflow)
        and (:status::text is null or status = :status::backstitch.run_status)
        and (:key::text is null or business_key = :key)
        and run_id < :before
      order by run_id desc
      limit :limit
      """;

  /// A page of runs, newest first.
  public static List<Run> list(Handle handle, RunFilter filter) {
    RunStatus status = filter.status();
    RunId before = filter.before();
    return handle
        .createQuery(LIST)
        .bind("workflow", filter.workflow())
        .bind("status", status == null ? null : status.name())
        .bind("key", filter.key())
        .bind("before", before == null ? Long.MAX_VALUE : before.value())
        .bind("limit", filter.limit())
        .map((rows, _) -> read(rows))
        .list();
  }

  private static Run read(ResultSet rows) throws SQLException {
    long worker = rows.getLong("worker_id");
    Long workerId = rows.wasNull() ? null : worker;
    return new Run(
        new RunId(rows.getLong("run_id")),
        rows.getString("workflow"),
        rows.getString("business_key"),
        rows.getString("queue"),
        rows.getInt("priority"),
        RunStatus.valueOf(rows.getString("status")),
        rows.getString("build"),
        workerId,
        rows.getTimestamp("created_at").toInstant(),
        instant(rows.getTimestamp("closed_at")),
        instant(rows.getTimestamp("wake_at")),
        rows.getString("problem"));
  }

  private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant();
  }
}
