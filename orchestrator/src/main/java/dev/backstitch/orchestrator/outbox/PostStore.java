package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.PostVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements by which people look at posts, and drive dead ones again.
public final class PostStore {
  private PostStore() {}

  private static final String POSTS_OF_RUN =
      """
      select run_id, seq, target, key, recorded_at, fate, delivered_at, delivery_id
      from backstitch.post_fate
      where run_id = :runId
      order by seq, target, key
      limit :limit
      """;

  /// What became of what a run has posted, oldest first.
  public static List<RunPost> postsOf(Handle handle, RunId id, int limit) {
    return handle
        .createQuery(POSTS_OF_RUN)
        .bind("runId", id.value())
        .bind("limit", limit)
        .map((row, _) ->
            new RunPost(
                version(row, "run_id", "seq"),
                row.getString("target"),
                row.getString("key"),
                instant(row, "recorded_at"),
                RunPost.Fate.valueOf(row.getString("fate")),
                optionalInstant(row, "delivered_at"),
                optionalLong(row, "delivery_id")))
        .list();
  }

  private static final String TALLIES_OF_RUN =
      """
      select target,
             count(*) as recorded,
             count(*) filter (where fate = 'SUPERSEDED') as superseded,
             count(*) filter (where fate = 'DELIVERED') as delivered,
             count(*) filter (where fate = 'UNCHANGED') as unchanged,
             count(*) filter (where fate = 'DEAD') as dead,
             count(*) filter (where fate in ('RECORDED', 'DELIVERING')) as pending,
             count(distinct delivery_id) as deliveries
      from backstitch.post_fate
      where run_id = :runId
      group by target
      order by target
      limit 100
      """;

  /// How many changes of a run became how many posts, per target.
  public static List<PostTally> talliesOf(Handle handle, RunId id) {
    return handle
        .createQuery(TALLIES_OF_RUN)
        .bind("runId", id.value())
        .map((row, _) ->
            new PostTally(
                row.getString("target"),
                row.getLong("recorded"),
                row.getLong("superseded"),
                row.getLong("delivered"),
                row.getLong("unchanged"),
                row.getLong("dead"),
                row.getLong("pending"),
                row.getLong("deliveries")))
        .list();
  }

  private static final String TARGETS =
      """
      select t.target, t.failures, t.paused_until, t.problem,
             t.leased_until > clock_timestamp() as busy,
             (select count(*) from backstitch.outbox o
              where o.target = t.target and o.state = 'PENDING') as pending,
             (select count(*) from backstitch.outbox o
              where o.target = t.target and o.state = 'DEAD') as dead,
             d.ended_at as last_ended_at, d.posts as last_posts, d.delivered as last_delivered,
             d.receipt as last_receipt
      from (
        select target, failures, paused_until, problem, leased_until
        from backstitch.post_target
        union all
        select distinct o.target, 0, null::timestamptz, null, null::timestamptz
        from backstitch.outbox o
        where o.state = 'PENDING'
          and not exists (select from backstitch.post_target p where p.target = o.target)
      ) t
      left join lateral (
        select ended_at, posts, delivered, receipt
        from backstitch.delivery
        where target = t.target
          and not asks
          and ended_at is not null
        order by delivery_id desc
        limit 1
      ) d on true
      where :target::text is null
        or t.target = :target
      order by dead desc, t.failures desc, t.target
      limit :limit
      """;

  /// The targets, those in trouble first.
  ///
  /// @param target null for all
  public static List<TargetState> targets(Handle handle, @Nullable String target, int limit) {
    return handle
        .createQuery(TARGETS)
        .bind("target", target)
        .bind("limit", limit)
        .map((row, _) -> targetState(row))
        .list();
  }

  private static TargetState targetState(ResultSet row) throws SQLException {
    Instant endedAt = optionalInstant(row, "last_ended_at");
    return new TargetState(
        row.getString("target"),
        row.getLong("pending"),
        row.getLong("dead"),
        row.getBoolean("busy"),
        row.getInt("failures"),
        optionalInstant(row, "paused_until"),
        row.getString("problem"),
        endedAt == null
            ? null
            : new TargetState.LastDelivery(
                endedAt,
                row.getInt("last_posts"),
                row.getInt("last_delivered"),
                row.getString("last_receipt")));
  }

  private static final String UNDELIVERED =
      """
      select target, key, run_id, seq, state, due_at, attempts, problem,
             sent_run_id is not null as in_doubt
      from backstitch.outbox
      where state <> 'DELIVERED'
        and (:target::text is null or target = :target)
      order by state desc, due_at, target, key
      limit :limit
      """;

  /// What is not delivered: dead posts first, then those that wait.
  ///
  /// @param target null for all
  public static List<WaitingPost> undelivered(Handle handle, @Nullable String target, int limit) {
    return handle
        .createQuery(UNDELIVERED)
        .bind("target", target)
        .bind("limit", limit)
        .map((row, _) ->
            new WaitingPost(
                row.getString("target"),
                row.getString("key"),
                version(row, "run_id", "seq"),
                row.getString("state").equals("DEAD"),
                row.getBoolean("in_doubt"),
                instant(row, "due_at"),
                row.getInt("attempts"),
                row.getString("problem")))
        .list();
  }

  private static final String REDRIVE =
      """
      select backstitch.redrive_posts(:target, :key)
      """;

  private static final String IS_KNOWN =
      """
      select exists (select from backstitch.outbox where target = :target)
      """;

  /// Gives dead posts another life, and their target another chance.
  ///
  /// @param key null for all dead posts of the target
  /// @return how many; empty if nothing was ever posted to such a target
  public static Optional<Integer> redrive(Handle handle, String target, @Nullable String key) {
    boolean known = handle.createQuery(IS_KNOWN).bind("target", target).mapTo(Boolean.class).one();
    return known
        ? Optional.of(
            handle
                .createQuery(REDRIVE)
                .bind("target", target)
                .bind("key", key)
                .mapTo(Integer.class)
                .one())
        : Optional.empty();
  }

  // Each index holds only what is asked for; of the posts only those of a day are counted, which
  // the
  // order of run ids finds.
  private static final String SUMMARY =
      """
      with waiting as (
        select count(*) as posts,
               coalesce(extract(epoch from clock_timestamp() - min(p.recorded_at)), 0) as oldest
        from backstitch.outbox o
        left join backstitch.post p
          on (p.run_id, p.seq, p.target, p.key) = (o.run_id, o.seq, o.target, o.key)
        where o.state = 'PENDING'
      ), dead as (
        select count(*) as posts
        from backstitch.outbox
        where state = 'DEAD'
      ), day as (
        select count(*) filter (where fate = 'DELIVERED') as delivered,
               count(*) filter (where fate = 'SUPERSEDED') as superseded,
               count(*) filter (where fate = 'UNCHANGED') as unchanged
        from backstitch.post_fate
        where run_id >= backstitch.first_run_id_at(clock_timestamp() - interval '1 day')
      )
      select waiting.posts as waiting, waiting.oldest, dead.posts as dead,
             day.delivered, day.superseded, day.unchanged
      from waiting, dead, day
      """;

  /// How the whole outbox stands.
  public static OutboxSummary summary(Handle handle) {
    return handle
        .createQuery(SUMMARY)
        .map((row, _) ->
            new OutboxSummary(
                row.getLong("waiting"),
                Duration.ofMillis(Math.round(row.getDouble("oldest") * 1_000)),
                row.getLong("dead"),
                row.getLong("delivered"),
                row.getLong("superseded"),
                row.getLong("unchanged")))
        .one();
  }

  private static PostVersion version(ResultSet row, String runId, String seq) throws SQLException {
    return new PostVersion(new RunId(row.getLong(runId)), row.getInt(seq));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant optionalInstant(ResultSet row, String column)
      throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  private static @Nullable Long optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }
}
