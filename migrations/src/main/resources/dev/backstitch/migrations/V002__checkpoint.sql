-- The checkpoint: everything one flush makes durable, in one statement and one transaction.
--
-- A lane of a worker calls this with whatever its runs have queued: started runs, events, closes,
-- parks. Because it is one statement, the server finishes it without the client, and a client that
-- freezes half-way holds nothing.
--
--   1. The fence. The lane locks its own fence row. Taking a worker's runs away begins with deleting
--      its fence rows, so either this flush commits first and the taker sees all of it, or the row is
--      gone and nothing of this flush is written (SQLSTATE BS001).
--   2. Started runs. A unique index decides who wins a business key. A loser is reported with the run
--      that holds the key, and nothing else of the loser is written.
--   3. Events and large payloads. The primary key (run_id, seq) is the second wall: a writer with an
--      outdated picture of a run can't append (SQLSTATE 23505).
--   4. Runs that close, park or are stuck. Each row is touched exactly once and only if it is ours;
--      a count that differs means that our picture is wrong, and everything is undone (BS003).
--   5. Inbox rows that the events came from are taken away, new ones are put in, outbox rows are
--      replaced by newer versions.
--
-- Lock order: own fence row, business keys in their order, run rows by run_id, inbox rows by key,
-- outbox rows by key.
--
-- The three planner settings are pinned because a plan for "update run from unnest" that was made
-- while `run` was small scans the whole table later: 50,000 steps a second became 8,700 within 35 s.
--
-- Times are microseconds since 1970 in UTC. Arrays of one family have the same length. The name ends
-- in a version: a worker of the build before this one calls the function it knows.
create function checkpoint_v1(
  p_worker_id            bigint,
  p_lane                 smallint,
  p_build                text,

  p_start_run_id         bigint[],
  p_start_workflow       text[],
  p_start_key            text[],
  p_start_at             bigint[],

  p_event_run_id         bigint[],
  p_event_seq            integer[],
  p_event_type           text[],
  p_event_at             bigint[],
  p_event_payload        bytea[],
  p_event_hash           bytea[],

  p_payload_run_id       bigint[],
  p_payload_hash         bytea[],
  p_payload_content      bytea[],

  p_close_run_id         bigint[],
  p_close_status         text[],
  p_close_at             bigint[],

  p_park_run_id          bigint[],
  p_park_wake_at         bigint[],

  p_stuck_run_id         bigint[],
  p_stuck_problem        text[],

  p_taken_run_id         bigint[],
  p_taken_message_id     bigint[],

  p_message_run_id       bigint[],
  p_message_dedup_key    text[],
  p_message_type         text[],
  p_message_payload      bytea[],

  p_post_target          text[],
  p_post_key             text[],
  p_post_run_id          bigint[],
  p_post_seq             integer[],
  p_post_content         bytea[],
  p_post_hash            bytea[]
)
returns table (lost_run_id bigint, existing_run_id bigint)
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  v_epoch constant timestamptz := 'epoch';
  v_micro constant interval := '1 microsecond';
  v_lost  bigint[] := '{}';
  v_count integer;
begin
  -- 1. The fence.
  perform 1
  from fence
  where worker_id = p_worker_id
    and lane = p_lane
  for no key update;

  if not found then
    raise exception 'BST-DB-001: worker % has no fence row for lane %', p_worker_id, p_lane
      using errcode = 'BS001',
            hint = 'Its runs belong to others now; what it has in memory is dropped.';
  end if;

  -- 2. Started runs.
  if cardinality(p_start_run_id) > 0 then
    insert into run (run_id, workflow, business_key, build, worker_id, created_at)
    select s.run_id, s.workflow, s.business_key, p_build, p_worker_id, v_epoch + s.at * v_micro
    from unnest(p_start_run_id, p_start_workflow, p_start_key, p_start_at)
      as s (run_id, workflow, business_key, at)
    order by s.workflow, s.business_key
    on conflict (workflow, business_key) where closed_at is null and business_key is not null
      do nothing;

    get diagnostics v_count = row_count;

    if v_count < cardinality(p_start_run_id) then
      select array_agg(s.run_id)
      into v_lost
      from unnest(p_start_run_id) as s (run_id)
      where not exists (select from run r where r.run_id = s.run_id);
    end if;
  end if;

  -- 3. Events and large payloads. Same content twice in one run is stored once.
  if cardinality(p_payload_run_id) > 0 then
    insert into payload (run_id, hash, content)
    select p.run_id, p.hash, p.content
    from unnest(p_payload_run_id, p_payload_hash, p_payload_content) as p (run_id, hash, content)
    where p.run_id <> all (v_lost)
    on conflict (run_id, hash) do nothing;
  end if;

  insert into history (run_id, seq, event_type, occurred_at, worker_id, payload, payload_hash)
  select e.run_id, e.seq, e.type::event_type, v_epoch + e.at * v_micro, p_worker_id, e.payload, e.hash
  from unnest(p_event_run_id, p_event_seq, p_event_type, p_event_at, p_event_payload, p_event_hash)
    as e (run_id, seq, type, at, payload, hash)
  where e.run_id <> all (v_lost);

  -- 4. Runs that close, park or are stuck.
  if cardinality(p_close_run_id) > 0 then
    update run r
    set status = c.status::run_status,
        closed_at = v_epoch + c.at * v_micro,
        worker_id = null
    from unnest(p_close_run_id, p_close_status, p_close_at) as c (run_id, status, at)
    where r.run_id = c.run_id
      and r.run_id <> all (v_lost)
      and r.worker_id = p_worker_id
      and r.closed_at is null;

    get diagnostics v_count = row_count;
    perform refuse_count('closed runs', v_count, p_close_run_id, v_lost);
  end if;

  if cardinality(p_park_run_id) > 0 then
    -- Locked by a statement of its own, so that the next one sees every message whose sender, who
    -- locks the run too, has committed.
    perform 1
    from run
    where run_id = any (p_park_run_id)
    order by run_id
    for no key update;

    update run r
    set worker_id = null,
        wake_at = case
          when exists (select from inbox i where i.run_id = r.run_id) then clock_timestamp()
          when k.wake_at is null then 'infinity'
          else v_epoch + k.wake_at * v_micro
        end
    from unnest(p_park_run_id, p_park_wake_at) as k (run_id, wake_at)
    where r.run_id = k.run_id
      and r.run_id <> all (v_lost)
      and r.worker_id = p_worker_id
      and r.closed_at is null;

    get diagnostics v_count = row_count;
    perform refuse_count('parked runs', v_count, p_park_run_id, v_lost);
  end if;

  if cardinality(p_stuck_run_id) > 0 then
    update run r
    set status = 'STUCK',
        problem = k.problem,
        build = p_build,
        worker_id = null,
        wake_at = 'infinity'
    from unnest(p_stuck_run_id, p_stuck_problem) as k (run_id, problem)
    where r.run_id = k.run_id
      and r.run_id <> all (v_lost)
      and r.worker_id = p_worker_id
      and r.closed_at is null;

    get diagnostics v_count = row_count;
    perform refuse_count('stuck runs', v_count, p_stuck_run_id, v_lost);
  end if;

  -- 5. What crosses a border.
  if cardinality(p_taken_run_id) > 0 then
    delete from inbox i
    using unnest(p_taken_run_id, p_taken_message_id) as t (run_id, message_id)
    where i.run_id = t.run_id
      and i.message_id = t.message_id;

    get diagnostics v_count = row_count;
    perform refuse_count('inbox messages', v_count, p_taken_run_id, v_lost);
  end if;

  if cardinality(p_message_run_id) > 0 then
    perform 1
    from run
    where run_id = any (p_message_run_id)
    order by run_id
    for no key update;

    insert into inbox (run_id, dedup_key, event_type, payload)
    select m.run_id, m.dedup_key, m.type::event_type, m.payload
    from unnest(p_message_run_id, p_message_dedup_key, p_message_type, p_message_payload)
      as m (run_id, dedup_key, type, payload)
    order by m.run_id, m.dedup_key
    on conflict (run_id, dedup_key) do nothing;

    update run r
    set wake_at = clock_timestamp()
    where r.run_id = any (p_message_run_id)
      and r.worker_id is null
      and r.closed_at is null
      and r.wake_at > clock_timestamp();
  end if;

  if cardinality(p_post_target) > 0 then
    insert into outbox as o (target, key, run_id, seq, content, content_hash)
    select distinct on (p.target, p.key) p.target, p.key, p.run_id, p.seq, p.content, p.hash
    from unnest(p_post_target, p_post_key, p_post_run_id, p_post_seq, p_post_content, p_post_hash)
      as p (target, key, run_id, seq, content, hash)
    where p.run_id <> all (v_lost)
    order by p.target, p.key, p.run_id desc, p.seq desc
    on conflict (target, key) do update
    set run_id = excluded.run_id,
        seq = excluded.seq,
        content = excluded.content,
        content_hash = excluded.content_hash,
        due_at = clock_timestamp(),
        attempts = 0
    where (o.run_id, o.seq) < (excluded.run_id, excluded.seq);
  end if;

  if cardinality(v_lost) > 0 then
    return query
      select s.run_id, r.run_id
      from unnest(p_start_run_id, p_start_workflow, p_start_key) as s (run_id, workflow, business_key)
      left join run r
        on r.workflow = s.workflow
        and r.business_key = s.business_key
        and r.closed_at is null
      where s.run_id = any (v_lost);
  end if;
end
$$;

-- The count check of step 4 and 5: everything asked for was touched, losers left aside.
create function refuse_count(p_what text, p_touched integer, p_asked bigint[], p_lost bigint[])
returns void
language plpgsql
as $$
declare
  v_expected integer := cardinality(p_asked);
begin
  if cardinality(p_lost) > 0 then
    select count(*)
    into v_expected
    from unnest(p_asked) as a (run_id)
    where a.run_id <> all (p_lost);
  end if;

  if p_touched <> v_expected then
    raise exception 'BST-DB-004: % of % % could be touched', p_touched, v_expected, p_what
      using errcode = 'BS003',
            detail = format('asked for runs %s', p_asked),
            hint = 'This worker''s picture of its runs is wrong; nothing of the flush was written.';
  end if;
end
$$;
