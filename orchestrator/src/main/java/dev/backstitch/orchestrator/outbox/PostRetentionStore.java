package dev.backstitch.orchestrator.outbox;

import java.time.Duration;
import org.jdbi.v3.core.Handle;

/// The statements that forget posts and deliveries. Each removes some rows in one statement, and
/// leaves alone those that somebody else has locked.
public final class PostRetentionStore {
  private PostRetentionStore() {}

  // A run that was closed before a time was made before it, too: so only the old end of the primary
  // key is looked at.
  private static final String FORGET_POSTS =
      """
      with border as materialized (
        select clock_timestamp() - make_interval(secs => :keepSeconds) as at
      ), marked as (
        insert into backstitch.post_retention as k (closed_before)
        select at from border
        on conflict (one_row) do update
        set closed_before = greatest(k.closed_before, excluded.closed_before)
      ), old as (
        select p.run_id, p.seq, p.target, p.key
        from backstitch.post p
        left join backstitch.run r on r.run_id = p.run_id
        left join backstitch.outbox o on o.target = p.target and o.key = p.key
        where p.run_id < (select backstitch.first_run_id_at(at) from border)
          and (r.run_id is null or r.closed_at < (select at from border))
          and (p.delivered_at is not null
               or ((o.run_id, o.seq) > (p.run_id, p.seq)
                   and (o.sent_run_id, o.sent_seq) is distinct from (p.run_id, p.seq)))
        order by p.run_id, p.seq, p.target, p.key
        limit :limit
        for update of p skip locked
      )
      delete from backstitch.post p
      using old
      where (p.run_id, p.seq, p.target, p.key) = (old.run_id, old.seq, old.target, old.key)
      """;

  /// Removes versions that are delivered or superseded, of runs that were closed so long ago, and
  /// writes down up to when they may be gone.
  ///
  /// @return how many
  public static int forgetPosts(Handle handle, Duration keep, int limit) {
    return handle
        .createUpdate(FORGET_POSTS)
        .bind("keepSeconds", keep.toMillis() / 1000.0)
        .bind("limit", limit)
        .execute();
  }

  private static final String FORGET_DELIVERIES =
      """
      delete from backstitch.delivery
      where delivery_id in (
        select d.delivery_id
        from backstitch.delivery d
        where d.began_at < clock_timestamp() - make_interval(secs => :keepSeconds)
          and not exists (
            select
            from backstitch.post_target t
            where t.target = d.target
              and t.delivery_id = d.delivery_id)
          and not exists (
            select
            from backstitch.outbox o
            where o.target = d.target
              and o.state = 'PENDING'
              and o.sent_delivery_id = d.delivery_id)
          and (d.asks
               or d.ended_at is null
               or exists (
                 select
                 from backstitch.delivery n
                 where n.target = d.target
                   and n.delivery_id > d.delivery_id
                   and n.ended_at is not null
                   and not n.asks))
        order by d.delivery_id
        limit :limit
        for update of d skip locked)
      """;

  /// Removes deliveries that began so long ago. The last one of a target stays, to be shown, and so
  /// does one that has a target or a version in doubt.
  ///
  /// @return how many
  public static int forgetDeliveries(Handle handle, Duration keep, int limit) {
    return handle
        .createUpdate(FORGET_DELIVERIES)
        .bind("keepSeconds", keep.toMillis() / 1000.0)
        .bind("limit", limit)
        .execute();
  }
}
