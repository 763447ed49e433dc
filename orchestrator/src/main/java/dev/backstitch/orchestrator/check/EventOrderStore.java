package dev.backstitch.orchestrator.check;

import java.util.List;

/// 1xx: a run's events are one gapless list with one beginning and at most one end.
final class EventOrderStore {
  private EventOrderStore() {}

  private static final Invariant WITHOUT_GAPS =
      new Invariant(
          "BST-INV-101",
          "The events of a run are numbered from 1 without a gap.",
          """
          select backstitch.run_id_text(o.run_id)
                   || ' has ' || o.events || ' events numbered ' || o.first || ' to ' || o.last
                   as offender,
                 count(*) over () as total
          from (
            select run_id, count(*) as events, min(seq) as first, max(seq) as last
            from backstitch.history
            group by run_id
            having min(seq) <> 1
              or max(seq) <> count(*)
          ) o
          order by o.run_id
          limit :limit
          """);

  private static final Invariant ONE_START =
      new Invariant(
          "BST-INV-102",
          "The first event of a run is RunStarted, and no other one is.",
          """
          select backstitch.run_id_text(run_id) || ' has ' || event_type || ' at seq ' || seq
                   as offender,
                 count(*) over () as total
          from backstitch.history
          where (seq = 1) <> (event_type = 'RunStarted')
          order by run_id, seq
          limit :limit
          """);

  private static final Invariant END_IS_LAST =
      new Invariant(
          "BST-INV-103",
          "A run has at most one closing event, and nothing follows it.",
          """
          select backstitch.run_id_text(h.run_id)
                   || ' goes on behind ' || h.event_type || ' at seq ' || h.seq as offender,
                 count(*) over () as total
          from backstitch.history h
          where h.event_type::text = any (:closingEvents)
            and exists (
              select
              from backstitch.history later
              where later.run_id = h.run_id
                and later.seq > h.seq)
          order by h.run_id, h.seq
          limit :limit
          """);

  private static final Invariant STATUS_AGREES =
      new Invariant(
          "BST-INV-104",
          "A run is closed exactly when its history has the closing event of that status.",
          """
          with closing as (
            select run_id, min(event_type::text) as event_type
            from backstitch.history
            where event_type::text = any (:closingEvents)
            group by run_id
          ),
          expected as (
            select *
            from unnest(:closedStatuses, :closingEvents) as e (status, event_type)
          )
          select backstitch.run_id_text(r.run_id)
                   || ' is ' || r.status || ', its closing event is '
                   || coalesce(c.event_type, 'missing') as offender,
                 count(*) over () as total
          from backstitch.run r
          left join expected e
            on e.status = r.status::text
          left join closing c
            on c.run_id = r.run_id
          where e.event_type is distinct from c.event_type
          order by r.run_id
          limit :limit
          """);

  private static final Invariant RUN_EXISTS =
      new Invariant(
          "BST-INV-105",
          "Every history belongs to a run.",
          """
          select backstitch.run_id_text(h.run_id) || ' has events and no run' as offender,
                 count(*) over () as total
          from backstitch.history h
          where h.seq = 1
            and not exists (
              select
              from backstitch.run r
              where r.run_id = h.run_id)
          order by h.run_id
          limit :limit
          """);

  private static final Invariant HISTORY_EXISTS =
      new Invariant(
          "BST-INV-106",
          "Every open run has a history.",
          """
          select backstitch.run_id_text(r.run_id) || ' is ' || r.status || ' and has no events'
                   as offender,
                 count(*) over () as total
          from backstitch.run r
          where r.closed_at is null
            and not exists (
              select
              from backstitch.history h
              where h.run_id = r.run_id)
          order by r.run_id
          limit :limit
          """);

  static final List<Invariant> INVARIANTS =
      List.of(WITHOUT_GAPS, ONE_START, END_IS_LAST, STATUS_AGREES, RUN_EXISTS, HISTORY_EXISTS);
}
