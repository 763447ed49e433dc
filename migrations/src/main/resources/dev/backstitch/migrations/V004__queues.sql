-- Queues and priorities: which workers run a run, and which of two waiting ones first.
--
-- A queue is a name. A worker serves some queues, each with its own room in memory and its own slots
-- for calls, so a flood in one leaves the others alone. A run is in one queue for life. Whoever starts
-- a run in a queue that it does not serve, or has no room for, leaves it to nobody: it is due at once
-- and claimed by a worker that has room.
--
-- checkpoint_v2 is checkpoint_v1 with three more columns per started run; everything its header says
-- (V002) holds here too. A worker of the build before goes on to call checkpoint_v1, which hands over
-- to this one.

alter table run
  add column queue    text not null default 'default' check (length(queue) between 1 and 100),
  add column priority smallint not null default 5 check (priority between 0 and 9);

comment on column run.priority is '9 is claimed first, 0 last.';

create index run_to_claim_by_priority on run (queue, priority, wake_at, run_id)
  where worker_id is null and status = 'RUNNING';

-- run_to_claim stays for a worker of the build before, which claims from every queue.

alter table worker
  add column queues text[] not null default '{default}' check (cardinality(queues) > 0);

-- How many runs the worker has in memory, and how many more it would take, as of its last heartbeat:
-- what others compare theirs with.
alter table heartbeat
  add column runs integer not null default 0 check (runs >= 0),
  add column room integer not null default 0 check (room >= 0);

create function checkpoint_v2(
  p_worker_id            bigint,
  p_lane                 smallint,
  p_build                text,

  p_start_run_id         bigint[],
  p_start_workflow       text[],
  p_start_key            text[],
  p_start_queue          text[],
  p_start_priority       smallint[],
  p_start_here           boolean[],
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
    insert into run (run_id, workflow, business_key, queue, priority, build, worker_id, wake_at, created_at)
    select s.run_id, s.workflow, s.business_key, s.queue, s.priority, p_build,
           case when s.here then p_worker_id end,
           case when not s.here then clock_timestamp() end,
           v_epoch + s.at * v_micro
    from unnest(p_start_run_id, p_start_workflow, p_start_key, p_start_queue, p_start_priority,
                p_start_here, p_start_at)
      as s (run_id, workflow, business_key, queue, priority, here, at)
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

create or replace function checkpoint_v1(
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
language sql
security definer
set search_path = backstitch, pg_temp
as $$
  select lost_run_id, existing_run_id
  from checkpoint_v2(
    p_worker_id,
    p_lane,
    p_build,
    p_start_run_id,
    p_start_workflow,
    p_start_key,
    array_fill('default'::text, array[cardinality(p_start_run_id)]),
    array_fill(5::smallint, array[cardinality(p_start_run_id)]),
    array_fill(true, array[cardinality(p_start_run_id)]),
    p_start_at,
    p_event_run_id,
    p_event_seq,
    p_event_type,
    p_event_at,
    p_event_payload,
    p_event_hash,
    p_payload_run_id,
    p_payload_hash,
    p_payload_content,
    p_close_run_id,
    p_close_status,
    p_close_at,
    p_park_run_id,
    p_park_wake_at,
    p_stuck_run_id,
    p_stuck_problem,
    p_taken_run_id,
    p_taken_message_id,
    p_message_run_id,
    p_message_dedup_key,
    p_message_type,
    p_message_payload,
    p_post_target,
    p_post_key,
    p_post_run_id,
    p_post_seq,
    p_post_content,
    p_post_hash)
$$;

-- Takes due runs for a worker: of each queue as many as it has room for, the highest priority first,
-- then the longest due.
--
-- The fence comes first: a worker without one gets nothing, and whoever deletes the fence row waits for
-- this transaction and then sees what it took. A worker that has more than its share is patient: it
-- takes what has been due for a while, so that others have the first pick, and nothing waits for ever
-- when they do not. The time is the statement's, which an index condition
-- can use; clock_timestamp() would have every claim read every sleeping run. One probe of the index per
-- queue and priority, so an idle worker's question costs the same however many runs sleep.
create function claim_v1(
  p_worker_id bigint,
  p_workflows text[],
  p_queues    text[],
  p_rooms     integer[],
  p_patience  interval
)
returns table (claimed_run_id bigint, claimed_queue text)
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  v_room  integer;
  v_taken integer;
begin
  perform 1
  from fence
  where worker_id = p_worker_id
    and lane = 0
  for key share;

  if not found then
    return;
  end if;

  for i in 1 .. cardinality(p_queues)
  loop
    v_room := p_rooms[i];

    for v_priority in reverse 9 .. 0
    loop
      exit when v_room <= 0;

      return query
        with due as (
          select d.run_id
          from run d
          where d.worker_id is null
            and d.status = 'RUNNING'
            and d.queue = p_queues[i]
            and d.priority = v_priority::smallint
            and d.wake_at <= statement_timestamp() - p_patience
            and d.workflow = any (p_workflows)
          order by d.wake_at, d.run_id
          limit v_room
          for update skip locked
        )
        update run r
        set worker_id = p_worker_id,
            wake_at = null
        from due
        where r.run_id = due.run_id
        returning r.run_id, r.queue;

      get diagnostics v_taken = row_count;
      v_room := v_room - v_taken;
    end loop;
  end loop;
end
$$;

-- Functions that run with their owner's rights are for whoever was given them.
revoke execute on all functions in schema backstitch from public;
