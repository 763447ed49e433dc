package dev.backstitch.loadtest.engines;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/// The calls of the ceiling: the engine's own checkpoint function, its registration reduced to what
/// that function asks for.
final class CeilingStore {
  static final String BUILD = "dev";

  private CeilingStore() {}

  private static final String REGISTER =
      """
      insert into backstitch.worker (host, process_id, build, lease)
      values ('ceiling', :processId, :build, interval '1 hour')
      returning worker_id
      """;

  private static final String FENCE =
      """
      insert into backstitch.fence (worker_id, lane)
      select :workerId, lane
      from generate_series(0, :lanes - 1) as lane
      """;

  /// Registers a worker, and gives its id.
  static long register(Handle handle, int lanes) {
    long workerId =
        handle
            .createQuery(REGISTER)
            .bind("processId", ProcessHandle.current().pid())
            .bind("build", BUILD)
            .mapTo(Long.class)
            .one();
    handle.createUpdate(FENCE).bind("workerId", workerId).bind("lanes", lanes).execute();
    return workerId;
  }

  private static final String CHECKPOINT =
      """
      select lost_run_id, existing_run_id
      from backstitch.checkpoint_v3(
        ?, ?, ?,
        ?, ?, ?, ?, ?, ?, ?,
        ?, ?, ?, ?, ?, ?,
        '{}', '{}', '{}',
        ?, ?, ?,
        '{}', '{}',
        '{}', '{}',
        '{}', '{}',
        '{}', '{}', '{}', '{}',
        '{}', '{}', '{}', '{}', '{}', '{}',
        '{}', '{}', '{}', '{}', '{}', '{}')
      """;

  /// Makes a flush durable.
  ///
  /// @throws IllegalStateException if a run was refused
  static void write(Connection connection, long workerId, int lane, CeilingFlush flush)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CHECKPOINT)) {
      statement.setLong(1, workerId);
      statement.setShort(2, (short) lane);
      statement.setString(3, BUILD);
      bindStarts(connection, statement, flush);
      bindEvents(connection, statement, flush);
      long[] closed = flush.closed();
      statement.setArray(17, array(connection, "int8", closed));
      statement.setArray(18, array(connection, "text", filled(closed.length, "COMPLETED")));
      statement.setArray(19, array(connection, "int8", times(closed.length, flush)));
      try (ResultSet lost = statement.executeQuery()) {
        if (lost.next()) {
          throw new IllegalStateException("run " + lost.getLong(1) + " was refused");
        }
      }
    }
  }

  private static void bindStarts(
      Connection connection, PreparedStatement statement, CeilingFlush flush) throws SQLException {
    long[] started = flush.started();
    int count = started.length;
    Short[] priorities = new Short[count];
    Arrays.fill(priorities, (short) 5);
    Boolean[] here = new Boolean[count];
    Arrays.fill(here, true);
    statement.setArray(4, array(connection, "int8", started));
    statement.setArray(5, array(connection, "text", filled(count, StepModule.WORKFLOW)));
    statement.setArray(6, array(connection, "text", new String[count]));
    statement.setArray(7, array(connection, "text", filled(count, "default")));
    statement.setArray(8, array(connection, "int2", priorities));
    statement.setArray(9, array(connection, "bool", here));
    statement.setArray(10, array(connection, "int8", times(count, flush)));
  }

  private static void bindEvents(
      Connection connection, PreparedStatement statement, CeilingFlush flush) throws SQLException {
    int count = flush.events();
    statement.setArray(11, array(connection, "int8", flush.runs()));
    statement.setArray(12, array(connection, "int4", flush.seqs()));
    statement.setArray(13, array(connection, "text", flush.types()));
    statement.setArray(14, array(connection, "int8", times(count, flush)));
    statement.setArray(15, array(connection, "bytea", flush.payloads()));
    statement.setArray(16, array(connection, "bytea", new byte[count][]));
  }

  private static String[] filled(int count, String text) {
    String[] texts = new String[count];
    Arrays.fill(texts, text);
    return texts;
  }

  private static long[] times(int count, CeilingFlush flush) {
    long[] times = new long[count];
    Arrays.fill(times, flush.atMicros());
    return times;
  }

  private static Array array(Connection connection, String type, Object values)
      throws SQLException {
    return connection.unwrap(PGConnection.class).createArrayOf(type, values);
  }
}
