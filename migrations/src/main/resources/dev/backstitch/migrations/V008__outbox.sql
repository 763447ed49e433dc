-- The outbox: what runs want others to see, from the record to its delivery.
--
-- A post is a version of what a target shows under a key. The flush that records it in the history
-- puts it here, so nothing is posted that is not durable. Only the newest version of a key is kept
-- with its content (`outbox`); that it was recorded, and what became of it, is kept of every version
-- (`post`, and the view `post_fate`).
--
--   recorded     `outbox` has it, state PENDING: it waits for its turn
--   superseded   a newer version took its place before it was sent
--   delivering   it is the one in `sent_...`: it may be at the target, or on its way
--   delivered    the target has taken it, or showed the same content before
--   dead         the target refused it, or it was tried too often: somebody must look
--
-- What is sent, and when that is known. `sent_...` is written before anything leaves (take_posts),
-- and cleared only by whoever has learned what became of it (finish_delivery). So a process that dies
-- in between leaves a version in doubt; the next one that has the target asks the target before it
-- sends anything to that key.
--
-- One delivery per target is in flight. Whoever has it holds the row of `post_target` until
-- `leased_until`, by this database's clock, and does not send when it may not be done in time. The
-- lease of a dead worker is not cut short: what it sent may still be on its way.
--
-- The end of a run. What a run wants to be seen when it ends is declared while its code still runs,
-- one content per way to end (`final_post`). Whoever closes the run, a flush or terminate_run, posts
-- the one that fits in the same transaction and removes the others: exactly one, also for a run whose
-- code is gone. Its version is the place of the closing event, behind which the run has no other.
--
-- Lock order: that of checkpoint_v3, then outbox rows by target and key. A delivery's own: its row of
-- post_target, then outbox rows by target and key. Nothing is locked while something is being sent.

alter type event_type add value 'PostRecorded';
alter type event_type add value 'FinalPostDeclared';

create type outbox_state as enum ('PENDING', 'DELIVERED', 'DEAD');

alter table outbox
  add column state            outbox_state not null default 'PENDING',
  add column sent_run_id      bigint,
  add column sent_seq         integer,
  add column sent_hash        bytea,
  add column sent_delivery_id bigint,
  add column problem          text,
  add constraint outbox_sent_is_whole check (
    (sent_run_id is null) = (sent_seq is null)
    and (sent_run_id is null) = (sent_hash is null)
    and (sent_run_id is null) = (sent_delivery_id is null)),
  add constraint outbox_sent_was_recorded check (
    sent_run_id is null or (sent_run_id, sent_seq) <= (run_id, seq)),
  add constraint outbox_sent_is_behind_delivered check (
    sent_run_id is null
    or delivered_run_id is null
    or (delivered_run_id, delivered_seq) <= (sent_run_id, sent_seq)),
  add constraint outbox_in_doubt_is_pending check (sent_run_id is null or state = 'PENDING'),
  add constraint outbox_delivered_is_current check (
    state <> 'DELIVERED' or (delivered_run_id, delivered_seq) is not distinct from (run_id, seq)),
  add constraint outbox_dead_has_problem check (state <> 'DEAD' or problem is not null);

drop index outbox_due;

create index outbox_pending on outbox (target, due_at)
  where state = 'PENDING';

create index outbox_dead on outbox (target, key)
  where state = 'DEAD';

-- Every version that a run has recorded. No foreign key to run, as for history.
create table post (
  run_id       bigint not null,
  seq          integer not null check (seq > 0),
  target       text not null,
  key          text not null,
  recorded_at  timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  -- Null for a delivered one: the target showed the same before.
  delivery_id  bigint,
  primary key (run_id, seq, target, key),
  check (delivered_at is not null or delivery_id is null)
);

-- What will be posted if a run ends in that way.
create table final_post (
  run_id       bigint not null,
  target       text not null check (length(target) between 1 and 400),
  key          text not null check (length(key) between 1 and 400),
  status       run_status not null check (status not in ('RUNNING', 'STUCK')),
  content      bytea not null,
  content_hash bytea not null check (octet_length(content_hash) = 32),
  primary key (run_id, target, key, status)
);

-- A target to which something was or will be sent.
create table post_target (
  target       text primary key,
  -- The delivery in flight, if there is one. It is over when the lease is.
  delivery_id  bigint,
  worker_id    bigint,
  leased_until timestamptz,
  -- Deliveries in a row in which nothing arrived: the circuit breaker counts them.
  failures     integer not null default 0 check (failures >= 0),
  -- Nothing is sent before.
  paused_until timestamptz,
  problem      text,
  check ((delivery_id is null) = (worker_id is null)),
  check ((delivery_id is null) = (leased_until is null))
) with (fillfactor = 70);

-- One message to a target, with everything in it that was due.
create table delivery (
  delivery_id bigint generated always as identity primary key,
  target      text not null,
  worker_id   bigint not null,
  -- It sends nothing and asks the target what became of others.
  asks        boolean not null,
  posts       integer not null default 0 check (posts >= 0),
  delivered   integer check (delivered between 0 and posts),
  began_at    timestamptz not null default clock_timestamp(),
  ended_at    timestamptz,
  -- What the target calls it, such as a commit.
  receipt     text,
  problem     text,
  check ((ended_at is null) = (delivered is null))
);

create index delivery_by_target on delivery (target, delivery_id);

-- Puts posts into the outbox, and what the runs that have just ended declared for their end. All of a
-- flush in one statement, so that every outbox row is locked in the order of its key.
create function record_posts(
  p_ended   bigint[],
  p_lost    bigint[],
  p_target  text[],
  p_key     text[],
  p_run_id  bigint[],
  p_seq     integer[],
  p_content bytea[],
  p_hash    bytea[]
)
returns void
language plpgsql
set search_path = backstitch, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
begin
  with declared as (
    delete from final_post f
    where f.run_id = any (p_ended)
    returning f.run_id, f.target, f.key, f.status, f.content, f.content_hash
  ), posted as (
    select p.target, p.key, p.run_id, p.seq, p.content, p.hash
    from unnest(p_target, p_key, p_run_id, p_seq, p_content, p_hash)
      as p (target, key, run_id, seq, content, hash)
    where p.run_id <> all (p_lost)
    union all
    select d.target, d.key, d.run_id,
           (select max(h.seq) from history h where h.run_id = d.run_id),
           d.content, d.content_hash
    from declared d
    where d.status = (select r.status from run r where r.run_id = d.run_id)
  ), kept as (
    insert into post (run_id, seq, target, key)
    select p.run_id, p.seq, p.target, p.key
    from posted p
  )
  insert into outbox as o (target, key, run_id, seq, content, content_hash)
  select distinct on (p.target, p.key) p.target, p.key, p.run_id, p.seq, p.content, p.hash
  from posted p
  order by p.target, p.key, p.run_id desc, p.seq desc
  on conflict (target, key) do update
  set run_id = excluded.run_id,
      seq = excluded.seq,
      content = excluded.content,
      content_hash = excluded.content_hash,
      state = 'PENDING',
      -- One in doubt keeps its time: what was sent may still be on its way.
      due_at = case when o.sent_run_id is null then clock_timestamp() else o.due_at end,
      attempts = 0,
      problem = null
  where (o.run_id, o.seq) < (excluded.run_id, excluded.seq);
end
$$;

-- checkpoint_v2 (V004) with what runs declare for their end. Its step 5 hands posts to record_posts.
-- A worker of the build before goes on to call checkpoint_v2, which hands over to this one.

create function checkpoint_v3(
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

create or replace function checkpoint_v2(
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
language sql
security definer
set search_path = backstitch, pg_temp
as $$
  select lost_run_id, existing_run_id
  from checkpoint_v3(
    p_worker_id,
    p_lane,
    p_build,
    p_start_run_id,
    p_start_workflow,
    p_start_key,
    p_start_queue,
    p_start_priority,
    p_start_here,
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
    p_post_hash,
    '{}', '{}', '{}', '{}', '{}', '{}')
$$;

-- As in V003, and what the run has declared for this end is posted in the same transaction.
create or replace function terminate_run(p_run_id bigint, p_payload bytea, p_hint boolean)
returns table (run_status text)
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
declare
  -- No worker has this id: the event is nobody's checkpoint.
  v_nobody constant bigint := 0;
  v_run run;
begin
  -- Each round is lost to a flush that was committed meanwhile.
  for v_round in 1 .. 1000 loop
    select * into v_run from run where run_id = p_run_id;

    if not found then
      return;
    end if;

    if v_run.closed_at is not null then
      return query select v_run.status::text;
      return;
    end if;

    begin
      insert into history (run_id, seq, event_type, occurred_at, worker_id, payload)
      select p_run_id, coalesce(max(seq), 0) + 1, 'RunTerminated', clock_timestamp(), v_nobody, p_payload
      from history
      where run_id = p_run_id;

      -- Read again under the lock: it may have been parked, claimed or closed since.
      select * into v_run from run where run_id = p_run_id for no key update;

      if v_run.closed_at is not null then
        raise exception using errcode = 'BS005', message = 'BST-DB-005: closed meanwhile';
      end if;

      if v_run.worker_id is not null then
        insert into inbox (run_id, dedup_key, event_type, payload)
        values (p_run_id, 'terminated', 'RunTerminated', p_payload);
      end if;

      update run
      set status = 'TERMINATED',
          problem = null,
          closed_at = clock_timestamp(),
          worker_id = null,
          wake_at = null
      where run_id = p_run_id;

      if exists (select from final_post where run_id = p_run_id) then
        perform record_posts(array[p_run_id], '{}', '{}', '{}', '{}', '{}', '{}', '{}');
      end if;

      if v_run.worker_id is not null and p_hint then
        perform pg_notify('backstitch_worker_' || v_run.worker_id, '');
      end if;

      return query select v_run.status::text;
      return;
    exception
      when unique_violation or sqlstate 'BS005' then
        null;
    end;
  end loop;

  raise exception 'BST-DB-006: run % was written to in every moment of 1000 tries', p_run_id
    using errcode = '40001';
end
$$;

-- Takes what is due for one target: of those that nobody has and that may be sent to, the one whose
-- oldest post has waited the longest. No row: there is nothing to do.
--
-- If versions of that target are in doubt, those are given and nothing else: the caller asks the
-- target about them, with the content if it is still the newest. Otherwise the newest versions are
-- given and marked as sent. What the target shows already, by its hash, is marked as delivered here.
--
-- A target whose circuit breaker counts p_breaker failures gets one post, to find out.
--
-- The pending targets are found by jumping from one to the next in the index, so an idle question
-- costs a probe, and a target with a long queue costs no more than one with a short one.
create function take_posts(
  p_worker_id bigint,
  p_kinds     text[],
  p_limit     integer,
  p_lease     interval,
  p_breaker   integer
)
returns table (
  delivery_id bigint,
  target      text,
  failures    integer,
  asks        boolean,
  key         text,
  run_id      bigint,
  seq         integer,
  attempts    integer,
  sent_by     bigint,
  content     bytea
)
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  v_name     text;
  v_target   post_target;
  v_asks     boolean;
  v_delivery bigint;
  v_count    integer;
begin
  perform 1
  from fence f
  where f.worker_id = p_worker_id
    and f.lane = 0
  for key share;

  if not found then
    return;
  end if;

  for v_name in
    with recursive pending as (
      (select o.target from outbox o where o.state = 'PENDING' order by o.target limit 1)
      union all
      select (
        select o.target
        from outbox o
        where o.state = 'PENDING'
          and o.target > p.target
        order by o.target
        limit 1)
      from pending p
      where p.target is not null
    ), due as (
      select p.target,
             (select min(o.due_at) from outbox o where o.state = 'PENDING' and o.target = p.target)
               as since
      from pending p
      where p.target is not null
        and split_part(p.target, ':', 1) = any (p_kinds)
    )
    select d.target
    from due d
    where d.since <= statement_timestamp()
      and not exists (
        select
        from post_target t
        where t.target = d.target
          and (t.leased_until > statement_timestamp() or t.paused_until > statement_timestamp()))
    order by d.since, d.target
    limit 20
  loop
    insert into post_target (target) values (v_name) on conflict (target) do nothing;

    select t.*
    into v_target
    from post_target t
    where t.target = v_name
      and (t.leased_until is null or t.leased_until <= clock_timestamp())
      and (t.paused_until is null or t.paused_until <= clock_timestamp())
    for update skip locked;

    continue when not found;

    v_asks := exists (
      select
      from outbox o
      where o.target = v_name
        and o.state = 'PENDING'
        and o.sent_run_id is not null
        and o.due_at <= clock_timestamp());

    if not v_asks then
      with same as (
        select o.key
        from outbox o
        where o.target = v_name
          and o.state = 'PENDING'
          and o.sent_run_id is null
          and o.content_hash = o.delivered_hash
          and o.due_at <= clock_timestamp()
        order by o.key
        for update skip locked
      ), shown as (
        update outbox o
        set state = 'DELIVERED',
            delivered_run_id = o.run_id,
            delivered_seq = o.seq,
            delivered_at = clock_timestamp(),
            problem = null
        from same s
        where o.target = v_name
          and o.key = s.key
        returning o.run_id, o.seq, o.target, o.key
      )
      update post p
      set delivered_at = clock_timestamp()
      from shown s
      where (p.run_id, p.seq, p.target, p.key) = (s.run_id, s.seq, s.target, s.key);
    end if;

    insert into delivery (target, worker_id, asks)
    values (v_name, p_worker_id, v_asks)
    returning delivery.delivery_id into v_delivery;

    if v_asks then
      return query
        select v_delivery, v_name, v_target.failures, true, o.key, o.sent_run_id, o.sent_seq,
               o.attempts, o.sent_delivery_id,
               case when (o.run_id, o.seq) = (o.sent_run_id, o.sent_seq) then o.content end
        from outbox o
        where o.target = v_name
          and o.state = 'PENDING'
          and o.sent_run_id is not null
          and o.due_at <= clock_timestamp()
        order by o.due_at, o.key
        limit p_limit;
    else
      return query
        with chosen as (
          select o.key
          from outbox o
          where o.target = v_name
            and o.state = 'PENDING'
            and o.sent_run_id is null
            and o.due_at <= clock_timestamp()
          order by o.due_at, o.key
          limit case when v_target.failures >= p_breaker then 1 else p_limit end
          for update skip locked
        )
        update outbox o
        set sent_run_id = o.run_id,
            sent_seq = o.seq,
            sent_hash = o.content_hash,
            sent_delivery_id = v_delivery
        from chosen c
        where o.target = v_name
          and o.key = c.key
        returning v_delivery, v_name, v_target.failures, false, o.key, o.run_id, o.seq, o.attempts,
                  v_delivery, o.content;
    end if;

    get diagnostics v_count = row_count;

    if v_count > 0 then
      update delivery d
      set posts = v_count
      where d.delivery_id = v_delivery;

      update post_target t
      set delivery_id = v_delivery,
          worker_id = p_worker_id,
          leased_until = clock_timestamp() + p_lease
      where t.target = v_name;

      return;
    end if;

    delete from delivery d
    where d.delivery_id = v_delivery;
  end loop;
end
$$;

-- What became of a delivery, and frees its target. False: others have the target by now, nothing was
-- changed, and what was sent is theirs to find out. Per key:
--
--   DELIVERED  it is there
--   ABSENT     it is not there, and will not come
--   UNSURE     the target can't tell: it is sent again, whatever it shows
--   RETRY      it did not arrive
--   UNKNOWN    it may have arrived: the target is asked before the next try
--   REFUSED    it never will arrive
--   LATER      it was not tried, the target must not be bothered now; this is no attempt
--
-- p_wait says in microseconds when there is a next try, p_pause for how long the whole target is left
-- alone, if it is.
create function finish_delivery(
  p_delivery_id   bigint,
  p_key           text[],
  p_outcome       text[],
  p_problem       text[],
  p_wait          bigint[],
  p_most_attempts integer,
  p_pause         bigint,
  p_receipt       text
)
returns boolean
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  v_micro  constant interval := '1 microsecond';
  v_target post_target;
begin
  select t.*
  into v_target
  from delivery d
  join post_target t
    on t.target = d.target
    and t.delivery_id = d.delivery_id
  where d.delivery_id = p_delivery_id
  for update of t;

  if not found then
    return false;
  end if;

  perform 1
  from outbox o
  where o.target = v_target.target
    and o.key = any (p_key)
  order by o.key
  for no key update;

  update post p
  set delivered_at = clock_timestamp(),
      delivery_id = o.sent_delivery_id
  from unnest(p_key, p_outcome) as r (key, outcome)
  join outbox o
    on o.target = v_target.target
    and o.key = r.key
    and o.sent_run_id is not null
  where r.outcome = 'DELIVERED'
    and (p.run_id, p.seq, p.target, p.key) = (o.sent_run_id, o.sent_seq, o.target, o.key);

  update outbox o
  set delivered_run_id = case when r.outcome = 'DELIVERED' then o.sent_run_id else o.delivered_run_id end,
      delivered_seq = case when r.outcome = 'DELIVERED' then o.sent_seq else o.delivered_seq end,
      delivered_at = case when r.outcome = 'DELIVERED' then clock_timestamp() else o.delivered_at end,
      delivered_hash = case r.outcome
        when 'DELIVERED' then o.sent_hash
        when 'UNSURE' then null
        else o.delivered_hash
      end,
      state = case
        when (o.run_id, o.seq) <> (o.sent_run_id, o.sent_seq) then 'PENDING'
        when r.outcome = 'DELIVERED' then 'DELIVERED'
        when r.outcome = 'REFUSED' then 'DEAD'
        when r.outcome = 'RETRY' and o.attempts + 1 >= p_most_attempts then 'DEAD'
        when r.outcome in ('ABSENT', 'UNSURE') and o.attempts >= p_most_attempts then 'DEAD'
        else 'PENDING'
      end::outbox_state,
      attempts = case
        when (o.run_id, o.seq) <> (o.sent_run_id, o.sent_seq) then o.attempts
        when r.outcome in ('RETRY', 'UNKNOWN') then o.attempts + 1
        else o.attempts
      end,
      due_at = case
        when r.outcome = 'UNKNOWN' then clock_timestamp() + r.wait * v_micro
        when (o.run_id, o.seq) <> (o.sent_run_id, o.sent_seq) then o.due_at
        when r.outcome in ('RETRY', 'LATER') then clock_timestamp() + r.wait * v_micro
        else o.due_at
      end,
      problem = case
        when (o.run_id, o.seq) <> (o.sent_run_id, o.sent_seq) then null
        when r.outcome = 'DELIVERED' then null
        else coalesce(r.problem, o.problem, 'it was sent, and did not arrive')
      end,
      sent_run_id = case when r.outcome = 'UNKNOWN' then o.sent_run_id end,
      sent_seq = case when r.outcome = 'UNKNOWN' then o.sent_seq end,
      sent_hash = case when r.outcome = 'UNKNOWN' then o.sent_hash end,
      sent_delivery_id = case when r.outcome = 'UNKNOWN' then o.sent_delivery_id end
  from unnest(p_key, p_outcome, p_problem, p_wait) as r (key, outcome, problem, wait)
  where o.target = v_target.target
    and o.key = r.key
    and o.sent_run_id is not null;

  update post_target t
  set delivery_id = null,
      worker_id = null,
      leased_until = null,
      failures = case
        when p_outcome && array['DELIVERED', 'REFUSED'] then 0
        when p_outcome && array['RETRY', 'UNKNOWN'] then t.failures + 1
        else t.failures
      end,
      paused_until = case when p_pause > 0 then clock_timestamp() + p_pause * v_micro end,
      problem = coalesce(
        (select r.problem from unnest(p_problem) as r (problem) where r.problem is not null limit 1),
        case when not p_outcome && array['DELIVERED', 'REFUSED'] then t.problem end)
  where t.target = v_target.target;

  update delivery d
  set ended_at = clock_timestamp(),
      delivered = (select count(*) from unnest(p_outcome) as r (outcome) where r.outcome = 'DELIVERED'),
      receipt = p_receipt,
      problem = (
        select r.problem from unnest(p_problem) as r (problem) where r.problem is not null limit 1)
  where d.delivery_id = p_delivery_id;

  return true;
end
$$;

-- Gives dead posts of a target another life, one of them or all; says how many. The target is tried
-- at once.
create function redrive_posts(p_target text, p_key text) returns integer
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
declare
  v_count integer;
begin
  update post_target
  set failures = 0,
      paused_until = null
  where target = p_target;

  perform 1
  from outbox
  where target = p_target
    and state = 'DEAD'
    and (p_key is null or key = p_key)
  order by key
  for no key update;

  update outbox
  set state = 'PENDING',
      attempts = 0,
      due_at = clock_timestamp()
  where target = p_target
    and state = 'DEAD'
    and (p_key is null or key = p_key);

  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- What became of every version. UNCHANGED: the target showed the same before.
create view post_fate as
select p.run_id,
       p.seq,
       p.target,
       p.key,
       p.recorded_at,
       p.delivered_at,
       p.delivery_id,
       case
         when p.delivered_at is not null and p.delivery_id is null then 'UNCHANGED'
         when p.delivered_at is not null then 'DELIVERED'
         when (o.sent_run_id, o.sent_seq) = (p.run_id, p.seq) then 'DELIVERING'
         when (o.run_id, o.seq) <> (p.run_id, p.seq) then 'SUPERSEDED'
         when o.state = 'DEAD' then 'DEAD'
         else 'RECORDED'
       end as fate
from post p
join outbox o
  on o.target = p.target
  and o.key = p.key;

revoke execute on function
  record_posts(bigint[], bigint[], text[], text[], bigint[], integer[], bytea[], bytea[]),
  take_posts(bigint, text[], integer, interval, integer),
  finish_delivery(bigint, text[], text[], text[], bigint[], integer, bigint, text),
  redrive_posts(text, text)
from public;

do $$
begin
  execute (
    select format('revoke execute on function %s from public', oid::regprocedure)
    from pg_proc
    where pronamespace = 'backstitch'::regnamespace
      and proname = 'checkpoint_v3');
end
$$;
