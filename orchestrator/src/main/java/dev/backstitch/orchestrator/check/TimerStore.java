package dev.backstitch.orchestrator.check;

import java.util.List;

/// 3xx: a timer fires once, not before its time, and a run that sleeps is woken for it.
final class TimerStore {
  private TimerStore() {}

  private static final Invariant NEVER_EARLY =
      new Invariant(
          "BST-INV-301",
          "A timer never fires before its time.",
          """
          with timer as (
            select run_id,
                   substring(encode(payload, 'escape') from '^{"ordinal":([0-9]+)') as ordinal,
                   substring(encode(payload, 'escape') from '"fireAt":"([^"]+)"')::timestamptz
                     as fire_at
            from backstitch.history
            where event_type = 'TimerSet'
          ),
          fired as (
            select run_id, seq, occurred_at,
                   substring(encode(payload, 'escape') from '^{"ordinal":([0-9]+)') as ordinal
            from backstitch.history
            where event_type = 'TimerFired'
          )
          select backstitch.run_id_text(f.run_id)
                   || ' has a timer of ' || t.fire_at || ' that fired at ' || f.occurred_at
                   || ', seq ' || f.seq as offender,
                 count(*) over () as total
          from fired f
          join timer t
            on t.run_id = f.run_id
            and t.ordinal = f.ordinal
          where f.occurred_at < t.fire_at
          order by f.run_id, f.seq
          limit :limit
          """);

  private static final Invariant FIRED_OR_CANCELLED =
      new Invariant(
          "BST-INV-302",
          "A timer that was cancelled was set, and never fires.",
          """
          with timer as (
            select run_id, event_type,
                   substring(
                     encode(payload, 'escape')
                     from case
                       when event_type = 'TimerCancelled' then '"timer":([0-9]+)'
                       else '^{"ordinal":([0-9]+)'
                     end)::integer as ordinal
            from backstitch.history
            where event_type in ('TimerSet', 'TimerFired', 'TimerCancelled')
          )
          select backstitch.run_id_text(o.run_id)
                   || ' has timer ' || o.ordinal || ' set ' || o.times_set || ' times, fired '
                   || o.times_fired || ' times, cancelled ' || o.times_cancelled || ' times'
                   as offender,
                 count(*) over () as total
          from (
            select run_id, ordinal,
                   count(*) filter (where event_type = 'TimerSet') as times_set,
                   count(*) filter (where event_type = 'TimerFired') as times_fired,
                   count(*) filter (where event_type = 'TimerCancelled') as times_cancelled
            from timer
            group by run_id, ordinal
          ) o
          where o.times_cancelled > 0
            and (o.times_cancelled > 1 or o.times_set <> 1 or o.times_fired > 0)
          order by o.run_id, o.ordinal
          limit :limit
          """);

  private static final Invariant WOKEN_IN_TIME =
      new Invariant(
          "BST-INV-303",
          "A run that nobody has in memory wakes no later than its earliest timer.",
          """
          with timer as (
            select h.run_id, h.event_type,
                   substring(
                     encode(h.payload, 'escape')
                     from case
                       when h.event_type = 'TimerCancelled' then '"timer":([0-9]+)'
                       else '^{"ordinal":([0-9]+)'
                     end) as ordinal,
                   substring(encode(h.payload, 'escape') from '"fireAt":"([^"]+)"')::timestamptz
                     as fire_at,
                   r.wake_at
            from backstitch.history h
            join backstitch.run r
              on r.run_id = h.run_id
            where h.event_type in ('TimerSet', 'TimerFired', 'TimerCancelled')
              and r.status = 'RUNNING'
              and r.worker_id is null
          )
          select backstitch.run_id_text(o.run_id)
                   || ' wakes at ' || o.wake_at || ', its timer ' || o.ordinal || ' is due at '
                   || o.fire_at as offender,
                 count(*) over () as total
          from (
            select run_id, ordinal, wake_at, max(fire_at) as fire_at
            from timer
            group by run_id, ordinal, wake_at
            having count(*) = 1
          ) o
          where o.wake_at > o.fire_at
          order by o.run_id, o.ordinal
          limit :limit
          """);

  static final List<Invariant> INVARIANTS = List.of(NEVER_EARLY, FIRED_OR_CANCELLED, WOKEN_IN_TIME);
}
