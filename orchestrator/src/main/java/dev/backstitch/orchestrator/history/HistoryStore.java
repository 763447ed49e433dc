package dev.backstitch.orchestrator.history;

import dev.backstitch.orchestrator.run.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Reads of the history. The only writer is the checkpoint function.
public final class HistoryStore {
  private HistoryStore() {}

  private static final String READ =
      """
      select h.run_id, h.seq, h.event_type::text as event_type, h.occurred_at,
             coalesce(p.content, h.payload) as payload
      from backstitch.history h
      left join backstitch.payload p
        on p.run_id = h.run_id
        and p.hash = h.payload_hash
      where h.run_id = :runId
        and h.seq > :afterSeq
      order by h.seq
      limit :limit
      """;

  /// The events behind a seq, in order.
  ///
  /// @param afterSeq 0 for the beginning
  public static List<RecordedEvent> read(Handle handle, RunId id, int afterSeq, int limit) {
    return handle
        .createQuery(READ)
        .bind("runId", id.value())
        .bind("afterSeq", afterSeq)
        .bind("limit", limit)
        .map((rows, _) -> event(rows))
        .list();
  }

  private static final String READ_TOGETHER =
      """
      select h.run_id, h.seq, h.event_type::text as event_type, h.occurred_at,
             coalesce(p.content, h.payload) as payload
      from backstitch.history h
      left join backstitch.payload p
        on p.run_id = h.run_id
        and p.hash = h.payload_hash
      where h.run_id = any(:runIds)
      order by h.run_id, h.seq
      limit :limit
      """;

  /// The histories of several runs, one after the other, each in order; the last one is cut off
  /// where the limit is reached.
  public static List<RecordedEvent> readTogether(Handle handle, List<RunId> ids, int limit) {
    return handle
        .createQuery(READ_TOGETHER)
        .bindArray("runIds", Long.class, ids.stream().map(RunId::value).toList())
        .bind("limit", limit)
        .map((rows, _) -> event(rows))
        .list();
  }

  private static final String LAST =
      """
      select h.run_id, h.seq, h.event_type::text as event_type, h.occurred_at,
             coalesce(p.content, h.payload) as payload
      from backstitch.history h
      left join backstitch.payload p
        on p.run_id = h.run_id
        and p.hash = h.payload_hash
      where h.run_id = :runId
      order by h.seq desc
      limit 1
      """;

  /// The newest event.
  public static Optional<RecordedEvent> last(Handle handle, RunId id) {
    return handle
        .createQuery(LAST)
        .bind("runId", id.value())
        .map((rows, _) -> event(rows))
        .findOne();
  }

  private static RecordedEvent event(ResultSet rows) throws SQLException {
    return new RecordedEvent(
        new RunId(rows.getLong("run_id")),
        rows.getInt("seq"),
        rows.getTimestamp("occurred_at").toInstant(),
        EventCodec.decode(
            rows.getString("event_type"), Payload.ofRecorded(rows.getBytes("payload"))));
  }
}
