package dev.backstitch.orchestrator.checkpoint;

import dev.backstitch.orchestrator.run.RunId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The calls of one lane. Plain JDBC, because a flush is one statement with binary arrays.
///
/// Belongs to its lane's thread.
final class CheckpointStore {
  private final long workerId;
  private final short lane;
  private final String build;
  private final int largePayloadBytes;

  CheckpointStore(CheckpointWriter.LaneIdentity identity) {
    this.workerId = identity.workerId();
    this.lane = (short) identity.lane();
    this.build = identity.build();
    this.largePayloadBytes = identity.largePayloadBytes();
  }

  private static final String CHECKPOINT =
      """
      select lost_run_id, existing_run_id
      from backstitch.checkpoint_v3(
        ?, ?, ?,
        ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?, ?,
        ?, ?, ?,
        ?, ?, ?,
        ?, ?,
        ?, ?,
        ?, ?,
        '{}', '{}', '{}', '{}',
        ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?, ?)
      """;

  /// Makes a batch durable: one statement, one transaction.
  ///
  /// @return the runs that lost their business key, each with the run that holds it
  Map<RunId, Optional<RunId>> write(Connection connection, List<Checkpoint> batch)
      throws SQLException {
    CheckpointRows rows = new CheckpointRows(batch, largePayloadBytes);
    try (PreparedStatement statement = connection.prepareStatement(CHECKPOINT)) {
      statement.setLong(1, workerId);
      statement.setShort(2, lane);
      statement.setString(3, build);
      rows.bind(new ArrayParameters(connection, statement, 4));
      return lost(statement);
    }
  }

  /// One that works is left to end: the fence waits for it. Two seconds, because a signal takes
  /// microseconds.
  private static final String END_FORMER_SESSIONS =
      """
      select coalesce(bool_and(pg_terminate_backend(pid, 2000)), true)
      from pg_stat_activity
      where application_name = current_setting('application_name')
        and datname = current_database()
        and usename = current_user
        and pid <> pg_backend_pid()
        and state <> 'active'
      """;

  private static final String LOCK_FENCE =
      """
      select 1
      from backstitch.fence
      where worker_id = ?
        and lane = ?
      for no key update
      """;

  private static final String LANDED =
      """
      select exists (
               select
               from unnest(?::bigint[], ?::integer[]) as e (run_id, seq)
               join backstitch.history h
                 on h.run_id = e.run_id
                 and h.seq = e.seq
                 and h.worker_id = ?)
          or exists (
               select
               from unnest(?::bigint[]) as p (run_id)
               join backstitch.run r
                 on r.run_id = p.run_id
               where r.worker_id is distinct from ?
                 and r.status <> 'TERMINATED')
          or exists (
               select
               from unnest(?::bigint[], ?::bigint[]) as t (run_id, message_id)
               where not exists (
                       select
                       from backstitch.inbox i
                       where i.run_id = t.run_id
                         and i.message_id = t.message_id))
      """;

  /// What became of a batch whose acknowledgement was lost.
  sealed interface Settled {
    /// All of it is committed; as after [#write].
    record Landed(Map<RunId, Optional<RunId>> lost) implements Settled {}

    /// None of it is, and it never will be.
    record Missing() implements Settled {}

    /// The fence row is gone.
    record Fenced() implements Settled {}
  }

  /// Looks what became of a batch, in one transaction that holds the fence. The lane's former
  /// sessions are ended before that, so nothing that is still on its way to one of them is ever
  /// carried out.
  ///
  /// The lock is committed, not rolled back: with a synchronous standby the answer comes when the
  /// standby has all that was committed before, so what is found here survives a failover too, even
  /// if the session that wrote it was ended while it waited for the standby.
  Settled settle(Connection connection, List<Checkpoint> batch) throws SQLException {
    endFormerSessions(connection);
    connection.setAutoCommit(false);
    try {
      Settled settled = settledBehindFence(connection, batch);
      connection.commit();
      return settled;
    } finally {
      // Commits nothing that was not decided: an exception on the way leaves locks only.
      connection.setAutoCommit(true);
    }
  }

  private void endFormerSessions(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(END_FORMER_SESSIONS);
        ResultSet ended = statement.executeQuery()) {
      ended.next();
      if (!ended.getBoolean(1)) {
        throw new SQLException("a former session of this lane is still there", "08006");
      }
    }
  }

  private Settled settledBehindFence(Connection connection, List<Checkpoint> batch)
      throws SQLException {
    if (!holdsFence(connection)) {
      return new Settled.Fenced();
    }
    return landed(connection, batch)
        ? new Settled.Landed(losers(connection, batch))
        : new Settled.Missing();
  }

  private boolean holdsFence(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK_FENCE)) {
      statement.setLong(1, workerId);
      statement.setShort(2, lane);
      try (ResultSet found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  /// Events are there, a run has left us, or a message has been taken away: each is proof for the
  /// whole batch, since nobody else does it to a run of ours. Only a termination takes a run from
  /// its worker past the fence, so that proves nothing.
  private boolean landed(Connection connection, List<Checkpoint> batch) throws SQLException {
    List<Checkpoint> withEvents = batch.stream().filter(c -> !c.events().isEmpty()).toList();
    List<Checkpoint> without = batch.stream().filter(c -> c.events().isEmpty()).toList();
    try (PreparedStatement statement = connection.prepareStatement(LANDED)) {
      ArrayParameters begun = new ArrayParameters(connection, statement, 1);
      begun.longs(withEvents, c -> c.runId().value());
      begun.ints(withEvents, c -> c.events().getFirst().seq());
      statement.setLong(3, workerId);
      new ArrayParameters(connection, statement, 4).longs(without, c -> c.runId().value());
      statement.setLong(5, workerId);
      CheckpointRows.bindTaken(new ArrayParameters(connection, statement, 6), batch);
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        return found.getBoolean(1);
      }
    }
  }

  private static final String LOSERS =
      """
      select s.run_id, r.run_id
      from unnest(?::bigint[], ?::text[], ?::text[]) as s (run_id, workflow, business_key)
      left join backstitch.run r
        on r.workflow = s.workflow
        and r.business_key = s.business_key
        and r.closed_at is null
      where not exists (select from backstitch.run own where own.run_id = s.run_id)
      """;

  private Map<RunId, Optional<RunId>> losers(Connection connection, List<Checkpoint> batch)
      throws SQLException {
    List<Checkpoint> starts = batch.stream().filter(c -> c.start() != null).toList();
    try (PreparedStatement statement = connection.prepareStatement(LOSERS)) {
      CheckpointRows.bindStarts(new ArrayParameters(connection, statement, 1), starts);
      return lost(statement);
    }
  }

  private static Map<RunId, Optional<RunId>> lost(PreparedStatement statement) throws SQLException {
    Map<RunId, Optional<RunId>> lost = new HashMap<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        RunId loser = new RunId(rows.getLong(1));
        long holder = rows.getLong(2);
        lost.put(loser, rows.wasNull() ? Optional.empty() : Optional.of(new RunId(holder)));
      }
    }
    return lost;
  }
}
