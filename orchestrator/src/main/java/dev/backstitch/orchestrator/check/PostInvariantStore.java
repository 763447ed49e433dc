package dev.backstitch.orchestrator.check;

import java.util.List;

/// 5xx, too: what histories say was posted, and what the outbox knows of it. Of runs that were
/// closed so long ago that retention may have removed their posts, nothing is expected.
final class PostInvariantStore {
  private PostInvariantStore() {}

  private static final Invariant RECORDED_IS_POSTED =
      new Invariant(
          "BST-INV-506",
          "Every post that a history records is known to the outbox.",
          """
          select backstitch.run_id_text(h.run_id) || ' recorded a post at seq ' || h.seq
                   || ' that the outbox does not know' as offender,
                 count(*) over () as total
          from backstitch.history h
          where h.event_type::text = 'PostRecorded'
            and not exists (
              select
              from backstitch.post p
              where p.run_id = h.run_id
                and p.seq = h.seq)
            and not exists (
              select
              from backstitch.run r
              join backstitch.post_retention f
                on r.closed_at < f.closed_before
              where r.run_id = h.run_id)
          order by h.run_id, h.seq
          limit :limit
          """);

  private static final Invariant END_IS_POSTED =
      new Invariant(
          "BST-INV-507",
          "A closed run that declared what is posted at its end has posted it, and nothing is left of it.",
          """
          select backstitch.run_id_text(o.run_id) || ' is closed, ' || o.fault as offender,
                 count(*) over () as total
          from (
            select f.run_id, 'but ' || f.key || ' of ' || f.target || ' still waits for its end' as fault
            from backstitch.final_post f
            join backstitch.run r
              on r.run_id = f.run_id
            where r.closed_at is not null
            group by f.run_id, f.key, f.target
            union all
            select d.run_id, 'and did not post its end'
            from (
              select distinct h.run_id
              from backstitch.history h
              where h.event_type::text = 'FinalPostDeclared'
            ) d
            join backstitch.run r
              on r.run_id = d.run_id
            where r.closed_at is not null
              and not exists (
                select
                from backstitch.post_retention x
                where r.closed_at < x.closed_before)
              and not exists (
                select
                from backstitch.post p
                join backstitch.history l
                  on l.run_id = p.run_id
                  and l.seq = p.seq
                where p.run_id = d.run_id
                  and l.event_type::text in (
                    'RunCompleted', 'RunFailed', 'RunCancelled', 'RunTerminated'))
          ) o
          order by o.run_id, o.fault
          limit :limit
          """);

  private static final Invariant NOTHING_IS_FORGOTTEN =
      new Invariant(
          "BST-INV-508",
          "Every post is delivered, superseded by a newer one, dead or pending.",
          """
          select backstitch.run_id_text(p.run_id) || ' posted ' || p.key || ' to ' || p.target
                   || ' at seq ' || p.seq || ', which nobody will deliver' as offender,
                 count(*) over () as total
          from backstitch.post p
          left join backstitch.outbox o
            on o.target = p.target
            and o.key = p.key
          where p.delivered_at is null
            and (o.target is null
                 or (o.run_id, o.seq) < (p.run_id, p.seq)
                 or ((o.run_id, o.seq) = (p.run_id, p.seq) and o.state = 'DELIVERED'))
          order by p.run_id, p.seq, p.target, p.key
          limit :limit
          """);

  static final List<Invariant> INVARIANTS =
      List.of(RECORDED_IS_POSTED, END_IS_POSTED, NOTHING_IS_FORGOTTEN);
}
