package dev.backstitch.orchestrator.check;

import java.time.Duration;
import java.util.List;

/// 4xx: who may write, who has which run, and that nobody wrote without the right to.
final class OwnershipStore {
  private OwnershipStore() {}

  private static final Invariant FENCED =
      new Invariant(
          "BST-INV-401",
          "A worker has fence rows and a heartbeat exactly until it has ended.",
          """
          select 'worker ' || o.worker_id || case when o.ended_at is null then ' lives' else ' has ended' end
                   || ' with ' || o.fences || ' fence rows and ' || o.beats || ' heartbeats'
                   as offender,
                 count(*) over () as total
          from (
            select w.worker_id, w.ended_at,
                   (select count(*) from backstitch.fence f where f.worker_id = w.worker_id) as fences,
                   (select count(*) from backstitch.heartbeat b where b.worker_id = w.worker_id) as beats
            from backstitch.worker w
          ) o
          where (o.ended_at is null) <> (o.fences > 0)
            or (o.ended_at is null) <> (o.beats > 0)
          order by o.worker_id
          limit :limit
          """);

  private static final Invariant OWNER_LIVES =
      new Invariant(
          "BST-INV-402",
          "A run that somebody has belongs to a worker that has not ended.",
          """
          select backstitch.run_id_text(r.run_id) || ' belongs to worker ' || r.worker_id
                   || case when w.worker_id is null then ', who never registered'
                           else ', who ended at ' || w.ended_at end as offender,
                 count(*) over () as total
          from backstitch.run r
          left join backstitch.worker w
            on w.worker_id = r.worker_id
          where r.worker_id is not null
            and (w.worker_id is null or w.ended_at is not null)
          order by r.run_id
          limit :limit
          """);

  private static final Invariant OWNED_OR_CLAIMABLE =
      new Invariant(
          "BST-INV-403",
          "An open run belongs to a worker or has a time to wake, and never both.",
          """
          select backstitch.run_id_text(run_id)
                   || case when worker_id is null then ' belongs to nobody and never wakes'
                           else ' belongs to worker ' || worker_id || ' and has a time to wake'
                      end as offender,
                 count(*) over () as total
          from backstitch.run
          where closed_at is null
            and (worker_id is null) <> (wake_at is not null)
          order by run_id
          limit :limit
          """);

  private static final Invariant WRITER_KNOWN =
      new Invariant(
          "BST-INV-404",
          "Every event was written by a worker that had registered, or is a termination.",
          """
          select backstitch.run_id_text(h.run_id) || ' has ' || h.event_type || ' at seq ' || h.seq
                   || ' by worker ' || h.worker_id || ', who never registered' as offender,
                 count(*) over () as total
          from backstitch.history h
          where (h.worker_id = 0) <> (h.event_type = 'RunTerminated')
            or h.worker_id <> 0
              and not exists (
                select
                from backstitch.worker w
                where w.worker_id = h.worker_id)
          order by h.run_id, h.seq
          limit :limit
          """);

  // An event's time is before its commit and on the database's clock, give or take the drift of a
  // machine between two heartbeats: a second later than the end is too late for certain. Commit
  // times are exact: the transaction that ends a worker waits for its flushes in progress, so each
  // of its commits has an earlier time. A worker's row is never written behind its end.
  private static final Invariant NOTHING_BEHIND_THE_FENCE =
      new Invariant(
          "BST-INV-405",
          "No event is written by a worker after its fence rows are gone.",
          """
          select backstitch.run_id_text(h.run_id) || ' has ' || h.event_type || ' at seq ' || h.seq
                   || ' of ' || h.occurred_at || ' by worker ' || h.worker_id || ', who ended at '
                   || w.ended_at as offender,
                 count(*) over () as total
          from backstitch.history h
          join backstitch.worker w
            on w.worker_id = h.worker_id
          where w.ended_at is not null
            and (h.occurred_at > w.ended_at + interval '1 second'
                 or case
                      when :exactFence
                        then pg_xact_commit_timestamp(h.xmin) > pg_xact_commit_timestamp(w.xmin)
                      else false
                    end)
          order by h.run_id, h.seq
          limit :limit
          """);

  private static final Invariant WRITTEN_BY_ONE_AFTER_THE_OTHER =
      new Invariant(
          "BST-INV-406",
          "Behind an event of a worker that registered later, an ended worker writes nothing.",
          """
          with entry as (
            select h.run_id, h.seq, h.worker_id, w.ended_at,
                   max(w.registered_at) over (partition by h.run_id order by h.seq) as newest
            from backstitch.history h
            join backstitch.worker w
              on w.worker_id = h.worker_id
          )
          select backstitch.run_id_text(run_id) || ' has seq ' || seq || ' by worker ' || worker_id
                   || ', who ended at ' || ended_at
                   || ', behind one by a worker that registered at ' || newest as offender,
                 count(*) over () as total
          from entry
          where ended_at < newest
          order by run_id, seq
          limit :limit
          """);

  // A minute above the lease, so that the moment after an outage, when some heartbeats have been
  // renewed and others not yet, is no violation.
  private static final Invariant SILENCE_IS_NOTICED =
      new Invariant(
          "BST-INV-407",
          "While another worker lives, nobody stays silent for a minute longer than its lease.",
          """
          select 'worker ' || w.worker_id || ' has been silent since ' || b.beat_at as offender,
                 count(*) over () as total
          from backstitch.worker w
          join backstitch.heartbeat b
            on b.worker_id = w.worker_id
          where w.ended_at is null
            and b.beat_at + w.lease + interval '1 minute' < clock_timestamp()
            and exists (
              select
              from backstitch.worker other
              join backstitch.heartbeat beating
                on beating.worker_id = other.worker_id
              where other.ended_at is null
                and other.worker_id <> w.worker_id
                and beating.beat_at + other.lease > clock_timestamp())
          order by w.worker_id
          limit :limit
          """);

  // Only what no worker may have a reason to do:
  // - Due for a lease and five minutes. The runs of a dead worker are due for a minute when they
  //   are set free, and the longest pause of a claimer is four minutes: four of the longest
  // intervals,
  //   behind a look that failed.
  // - A worker that lives, has been there for as long, and tells of room: one that drains tells of
  //   none, and less than an eighth of what it has comes and goes with runs that end and begin. Its
  //   room is that of all its queues together, so of several it must have no run of this one.
  // - It has beaten between the two looks, so that its room is no old news.
  // - It has written an event of that workflow, so it knows it: its build alone does not tell, for
  //   its modules may be others.
  // - The next in line. Behind it a run may wait for as long as a backlog takes.
  // The time is the transaction's: by the clock, what became due while other statements went on
  // would look forgotten.
  private static final Invariant CLAIMED_WHEN_DUE =
      new Invariant(
          "BST-INV-408",
          "No worker with room leaves the next run of a queue that it serves alone for minutes.",
          """
          with known as materialized (
            select distinct h.worker_id, r.workflow
            from backstitch.history h
            join backstitch.run r
              on r.run_id = h.run_id
            join backstitch.worker w
              on w.worker_id = h.worker_id
            where w.ended_at is null
          ),
          waiting as (
            select r.run_id, r.queue, r.wake_at, w.worker_id,
                   row_number() over (
                     partition by w.worker_id, r.queue
                     order by r.priority desc, r.wake_at, r.run_id) as place
            from backstitch.run r
            join backstitch.worker w
              on r.queue = any (w.queues)
            join backstitch.heartbeat b
              on b.worker_id = w.worker_id
            where r.status = 'RUNNING'
              and r.worker_id is null
              and r.wake_at < now() - w.lease - interval '5 minutes'
              and w.ended_at is null
              and w.registered_at < now() - w.lease - interval '5 minutes'
              and b.beat_at + w.lease > now()
              and b.beat_at > now() - interval '30 seconds'
              and b.room > b.runs / 8
              and (cardinality(w.queues) = 1
                   or not exists (
                     select
                     from backstitch.run o
                     where o.worker_id = w.worker_id
                       and o.queue = r.queue))
              and exists (
                select
                from known k
                where k.worker_id = w.worker_id
                  and k.workflow = r.workflow)
          )
          select backstitch.run_id_text(run_id) || ' is due since ' || wake_at || ' in queue ' || queue
                   || ', which worker ' || min(worker_id) || ' with room serves' as offender,
                 count(*) over () as total
          from waiting
          where place = 1
          group by run_id, wake_at, queue
          order by run_id
          limit :limit
          """,
          Duration.ofSeconds(30));

  static final List<Invariant> INVARIANTS =
      List.of(
          FENCED,
          OWNER_LIVES,
          OWNED_OR_CLAIMABLE,
          WRITER_KNOWN,
          NOTHING_BEHIND_THE_FENCE,
          WRITTEN_BY_ONE_AFTER_THE_OTHER,
          SILENCE_IS_NOTICED,
          CLAIMED_WHEN_DUE);
}
