package dev.backstitch.orchestrator.checkpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One call of `checkpoint_v3`, put together by hand: what the SQL must hold whoever calls it.
final class Flush {
  private final long workerId;
  private final int lane;
  private final List<Column> columns = new ArrayList<>();

  /// One array parameter.
  private record Column(String family, String name, String type, List<@Nullable Object> values) {

    /// The version of the function that was the first to have it.
    int since() {
      if (family.equals("final")) {
        return 3;
      }
      boolean isPlace = List.of("queue", "priority", "here").contains(name);
      return family.equals("start") && isPlace ? 2 : 1;
    }
  }

  Flush(long workerId) {
    this(workerId, 0);
  }

  Flush(long workerId, int lane) {
    this.workerId = workerId;
    this.lane = lane;
    family(
        "start",
        "run_id bigint",
        "workflow text",
        "key text",
        "queue text",
        "priority int2",
        "here bool",
        "at bigint");
    family(
        "event",
        "run_id bigint",
        "seq int4",
        "type text",
        "at bigint",
        "payload bytea",
        "hash bytea");
    family("payload", "run_id bigint", "hash bytea", "content bytea");
    family("close", "run_id bigint", "status text", "at bigint");
    family("park", "run_id bigint", "wake_at bigint");
    family("stuck", "run_id bigint", "problem text");
    family("taken", "run_id bigint", "message_id bigint");
    family("message", "run_id bigint", "dedup_key text", "type text", "payload bytea");
    family(
        "post",
        "target text",
        "key text",
        "run_id bigint",
        "seq int4",
        "content bytea",
        "hash bytea");
    family(
        "final",
        "run_id bigint",
        "target text",
        "key text",
        "status text",
        "content bytea",
        "hash bytea");
  }

  private void family(String family, String... namesAndTypes) {
    for (String column : namesAndTypes) {
      String[] parts = column.split(" ", 2);
      columns.add(new Column(family, parts[0], parts[1], new ArrayList<>()));
    }
  }

  private Flush add(String family, @Nullable Object... values) {
    List<Column> own = columns.stream().filter(c -> c.family().equals(family)).toList();
    for (int i = 0; i < own.size(); i++) {
      own.get(i).values().add(values[i]);
    }
    return this;
  }

  /// A run's row together with its first event.
  Flush begin(long runId, @Nullable String key) {
    return start(runId, key).event(runId, 1, "RunStarted");
  }

  Flush start(long runId, @Nullable String key) {
    return add("start", runId, "greet", key, "default", 5, true, 0L);
  }

  /// A run that is left to whoever has room.
  Flush startForOthers(long runId, @Nullable String key, String queue, int priority) {
    return add("start", runId, "greet", key, queue, priority, false, 0L);
  }

  Flush event(long runId, int seq, String type) {
    return add("event", runId, seq, type, 1_000_000L * seq, bytes("{}"), null);
  }

  Flush largeEvent(long runId, int seq, String json) {
    byte[] hash = sha256(bytes(json));
    add("payload", runId, hash, bytes(json));
    return add("event", runId, seq, "ActivityCompleted", 1L, new byte[0], hash);
  }

  Flush close(long runId) {
    return add("close", runId, "COMPLETED", 5L);
  }

  Flush park(long runId, @Nullable Long wakeAtMicros) {
    return add("park", runId, wakeAtMicros);
  }

  Flush stick(long runId, String problem) {
    return add("stuck", runId, problem);
  }

  Flush take(long runId, long messageId) {
    return add("taken", runId, messageId);
  }

  Flush message(long runId, String dedupKey) {
    return add("message", runId, dedupKey, "TimerFired", bytes("{}"));
  }

  Flush post(String target, String key, long runId, int seq, String content) {
    return add("post", target, key, runId, seq, bytes(content), sha256(bytes(content)));
  }

  Flush declare(long runId, String target, String key, String status, String content) {
    return add("final", runId, target, key, status, bytes(content), sha256(bytes(content)));
  }

  /// The runs that lost their key, each with the run that holds it.
  Map<Long, @Nullable Long> run(Connection connection) throws SQLException {
    return runAs(connection, 3);
  }

  /// By the function that a worker of an earlier build knows.
  Map<Long, @Nullable Long> runAs(Connection connection, int version) throws SQLException {
    List<Column> known = columns.stream().filter(column -> column.since() <= version).toList();
    String parameters =
        known.stream()
            .map(column -> "p_" + column.family() + "_" + column.name() + " => ?")
            .collect(Collectors.joining(", ", "p_worker_id => ?, p_lane => ?, p_build => ?, ", ""));
    String sql =
        """
        select lost_run_id, existing_run_id
        from backstitch.checkpoint_v%d(%s)
        """
            .formatted(version, parameters);
    try (PreparedStatement call = connection.prepareStatement(sql)) {
      call.setLong(1, workerId);
      call.setShort(2, (short) lane);
      call.setString(3, "test");
      int index = 4;
      for (Column column : known) {
        Object[] values =
            column.type().equals("bytea")
                ? column.values().toArray(new byte[0][])
                : column.values().toArray();
        call.setArray(index++, connection.createArrayOf(column.type(), values));
      }
      Map<Long, @Nullable Long> lost = new LinkedHashMap<>();
      try (ResultSet rows = call.executeQuery()) {
        while (rows.next()) {
          long loser = rows.getLong(1);
          long holder = rows.getLong(2);
          lost.put(loser, rows.wasNull() ? null : holder);
        }
      }
      return lost;
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
