-- Closing a run no longer reads all runs that its worker owns.
--
-- The three updates of the checkpoint that end a worker's ownership find a run by its key and then check that it
-- is the worker's. The index of owned runs fits that check, too, and to the planner, which knows little of
-- a table that has just been filled, both are as good. A lane kept the plan that begins with that index: for each
-- flush in which a run closed, all open runs of the worker were compared with all that closed. With 256
-- runs in flight that was four fifths of what it cost the database to close one (51 of 62 microseconds, without and
-- with this migration); with 100,000 runs that wait it was a hundred thousand rows for each flush.
--
-- `is true` hides the check from the index of owned runs. `any (array[...])` fits the index by key, one entry for
-- each run, but is no equality by which two sorted lists could be merged, which would be the reason to read
-- that whole index.
create or replace function checkpoint_v3(
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
  p_post_hash            bytea[],

  p_final_run_id         bigint[],
  p_final_target         text[],
  p_final_key            text[],
  p_final_status         text[],
  p_final_content        bytea[],
  p_final_hash           bytea[]
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
      where (select r.run_id from run r where r.run_id = s.run_id) is null;
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

  -- 4. Runs that close, park or are stuck. Each is looked up by its key alone: the two conditions are
  -- written so that no plan can begin with all runs that the worker owns.
  if cardinality(p_close_run_id) > 0 then
    update run r
    set status = c.status::run_status,
        closed_at = v_epoch + c.at * v_micro,
        worker_id = null
    from unnest(p_close_run_id, p_close_status, p_close_at) as c (run_id, status, at)
    where r.run_id = any (array[c.run_id])
      and r.run_id <> all (v_lost)
      and (r.worker_id = p_worker_id) is true
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
    where r.run_id = any (array[k.run_id])
      and r.run_id <> all (v_lost)
      and (r.worker_id = p_worker_id) is true
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
    where r.run_id = any (array[k.run_id])
      and r.run_id <> all (v_lost)
      and (r.worker_id = p_worker_id) is true
      and r.closed_at is null;

    get diagnostics v_count = row_count;
    perform refuse_count('stuck runs', v_count, p_stuck_run_id, v_lost);
  end if;

  -- 5. What crosses a border.
  if cardinality(p_taken_run_id) > 0 then
    -- Each by its whole key, and then by its place: a join may begin with the inbox, and read all of it.
    -- It stays at that place: nobody updates a message that a run has read.
    delete from inbox
    where ctid = any (array(
      select i.ctid
      from unnest(p_taken_run_id, p_taken_message_id) as t (run_id, message_id)
      cross join lateral (
        select inbox.ctid
        from inbox
        where inbox.run_id = t.run_id
          and inbox.message_id = t.message_id
        offset 0
      ) i));

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

  if cardinality(p_final_run_id) > 0 then
    insert into final_post (run_id, target, key, status, content, content_hash)
    select distinct on (f.run_id, f.target, f.key, f.status)
           f.run_id, f.target, f.key, f.status::run_status, f.content, f.hash
    from unnest(p_final_run_id, p_final_target, p_final_key, p_final_status, p_final_content, p_final_hash)
      with ordinality as f (run_id, target, key, status, content, hash, place)
    where f.run_id <> all (v_lost)
    order by f.run_id, f.target, f.key, f.status, f.place desc
    on conflict (run_id, target, key, status) do update
    set content = excluded.content,
        content_hash = excluded.content_hash;
  end if;

  if cardinality(p_post_target) > 0
     or exists (select from final_post where run_id = any (p_close_run_id)) then
    perform record_posts(
      p_close_run_id, v_lost,
      p_post_target, p_post_key, p_post_run_id, p_post_seq, p_post_content, p_post_hash);
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
