package dev.backstitch.orchestrator.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements of the quota ledger.
public final class QuotaStore {
  private QuotaStore() {}

  private static final String EXCHANGE =
      """
      select message, verdict, wait_until, reason
      from backstitch.quota_exchange(cast(:messages as jsonb), cast(:now as timestamptz))
      """;

  /// What the database says to an ask.
  record Verdict(int message, String verdict, @Nullable Instant until, @Nullable String reason) {}

  /// Delivers messages, in autocommit: the owner's row is locked until the end of the transaction.
  ///
  /// @param now the time, for tests; null for the database's own
  /// @return the verdicts on the asks, by the message's place in the list
  static Map<Integer, Verdict> exchange(
      Handle handle, List<ObjectNode> messages, @Nullable Instant now) {
    return handle
        .createQuery(EXCHANGE)
        .bind("messages", QuotaMessages.array(messages))
        .bind("now", now == null ? null : now.toString())
        .map((rows, _) ->
            new Verdict(
                rows.getInt("message"),
                rows.getString("verdict"),
                instant(rows, "wait_until"),
                rows.getString("reason")))
        .stream()
        .collect(Collectors.toMap(Verdict::message, verdict -> verdict));
  }

  private static final String READ =
      """
      select q.owner,
             q.resource,
             q.per_window,
             case when q.reset_at > clock_timestamp() then q.remaining end as remaining,
             q.reserve,
             coalesce(p.live, 0) as live,
             coalesce(p.bulk, 0) as bulk,
             q.lost,
             q.unexplained,
             q.reset_at,
             q.observed_at,
             case when o.blocked_until > clock_timestamp() then o.blocked_until end as blocked_until,
             case when o.blocked_until > clock_timestamp() then o.blocked_why end as blocked_why,
             case
               when greatest(l.line_to, l.write_line_to, l.fresh_to) > clock_timestamp()
                 then greatest(l.line_to, l.write_line_to, l.fresh_to)
             end as bulk_waits_until
      from backstitch.quota q
      join backstitch.quota_owner o on o.owner = q.owner
      join backstitch.quota_lane l
        on l.owner = q.owner
        and l.resource = q.resource
        and l.lane = 'BULK'
      left join (
        select owner,
               resource,
               sum(cost) filter (where lane = 'LIVE') as live,
               sum(cost) filter (where lane = 'BULK') as bulk
        from backstitch.quota_permit
        where expires_at > clock_timestamp()
        group by owner, resource
      ) as p
        on p.owner = q.owner
        and p.resource = q.resource
      order by q.owner, q.resource
      limit :limit
      """;

  /// What is known of every quota, by owner and resource.
  public static List<QuotaState> read(Handle handle, int limit) {
    return handle
        .createQuery(READ)
        .bind("limit", limit)
        .map((rows, _) ->
            new QuotaState(
                rows.getString("owner"),
                rows.getString("resource"),
                number(rows, "per_window"),
                number(rows, "remaining"),
                number(rows, "reserve"),
                rows.getInt("live"),
                rows.getInt("bulk"),
                rows.getInt("lost"),
                rows.getInt("unexplained"),
                instant(rows, "reset_at"),
                instant(rows, "observed_at"),
                instant(rows, "blocked_until"),
                rows.getString("blocked_why"),
                instant(rows, "bulk_waits_until")))
        .list();
  }

  private static @Nullable Integer number(ResultSet rows, String column) throws SQLException {
    int value = rows.getInt(column);
    return rows.wasNull() ? null : value;
  }

  private static @Nullable Instant instant(ResultSet rows, String column) throws SQLException {
    OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
