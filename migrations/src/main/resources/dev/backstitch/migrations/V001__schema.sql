-- The tables of Backstitch.
--
-- A run is one row in `run` and a growing list of rows in `history`. While a worker has the run in
-- memory, only `history` is written; the `run` row changes when the run is started, parked, taken
-- over or closed. That is why a durable step costs rows in one table only.
--
-- Who may write is decided by `fence`: a worker has one row per lane, never updated, and *the
-- existence of that row is the right to append*. Whoever takes a worker's runs away deletes its
-- fence rows first, and has to wait for a flush in progress to do so.
--
-- There is no foreign key on the path of a flush: it would lock the parent row from several lanes
-- at once. Where one is left out, a comment says what holds instead.

create type run_status as enum (
  'RUNNING',
  'STUCK',
  'COMPLETED',
  'FAILED'
);

-- The labels are the names of the records in dev.backstitch.orchestrator.history.Event.
create type event_type as enum (
  'RunStarted',
  'RunCompleted',
  'RunFailed',
  'ActivityScheduled',
  'ActivityStarted',
  'ActivityAttemptFailed',
  'ActivityDeferred',
  'ActivityCompleted',
  'ActivityFailed',
  'ActivityOutcomeUnknown',
  'TimerSet',
  'TimerFired',
  'TimerCancelled',
  'ValueRecorded',
  'VersionChosen'
);

-- A process that has registered to run things. The id is never reused.
create table worker (
  worker_id     bigint generated always as identity primary key,
  host          text not null,
  process_id    bigint not null,
  build         text not null,
  lease         interval not null check (lease > interval '0'),
  registered_at timestamptz not null default clock_timestamp(),
  ended_at      timestamptz,
  end_reason    text,
  check ((ended_at is null) = (end_reason is null))
);

create index worker_alive on worker (worker_id) where ended_at is null;

-- Renewed by the database's clock only. Apart from `worker`, so that the row that is updated every
-- second is a narrow one that nobody else locks.
create table heartbeat (
  worker_id bigint primary key references worker,
  beat_at   timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

create table fence (
  worker_id bigint not null references worker,
  lane      smallint not null check (lane >= 0),
  primary key (worker_id, lane)
);

create table run (
  run_id       bigint primary key check (run_id > 0),
  workflow     text not null check (length(workflow) between 1 and 200),
  business_key text check (length(business_key) between 1 and 200),
  status       run_status not null default 'RUNNING',
  build        text not null,
  -- No foreign key: every start and close would lock the worker's row. A takeover clears it in the
  -- transaction that ends the worker.
  worker_id    bigint,
  created_at   timestamptz not null,
  closed_at    timestamptz,
  -- When a run that nobody has in memory must be loaded; 'infinity' means only when a message comes.
  wake_at      timestamptz,
  problem      text,
  check ((status in ('COMPLETED', 'FAILED')) = (closed_at is not null)),
  check ((status = 'STUCK') = (problem is not null)),
  check (closed_at is null or (worker_id is null and wake_at is null)),
  check (closed_at is not null or (worker_id is null) = (wake_at is not null))
) with (fillfactor = 80);

create unique index run_one_open_per_key on run (workflow, business_key)
  where closed_at is null and business_key is not null;

create index run_to_claim on run (wake_at, run_id)
  where worker_id is null and status = 'RUNNING';

create index run_owned on run (worker_id)
  where worker_id is not null;

create index run_by_workflow on run (workflow, run_id);

create index run_in_trouble on run (status, run_id)
  where status in ('STUCK', 'FAILED');

-- One row per fact, append-only. No foreign key to run: the checkpoint inserts the run first, and a
-- key check per event would lock its row.
create table history (
  run_id       bigint not null,
  seq          integer not null check (seq > 0),
  event_type   event_type not null,
  occurred_at  timestamptz not null,
  -- Which worker wrote it: evidence for audits, never read by the engine.
  worker_id    bigint not null,
  -- UTF-8 JSON. bytea and not jsonb: a third to a half more steps per second, and room for
  -- encryption. Empty when the JSON is large and lives in `payload` under payload_hash.
  payload      bytea not null,
  payload_hash bytea check (octet_length(payload_hash) = 32),
  primary key (run_id, seq),
  check ((payload_hash is null) = (octet_length(payload) > 0))
) partition by range (run_id);

-- Compression by the server costs more processor time than everything else together.
alter table history alter column payload set storage external;

-- Large JSON, stored once per run and content. The key begins with the run so that it is partitioned,
-- and one day distributed, as history is.
create table payload (
  run_id  bigint not null,
  hash    bytea not null check (octet_length(hash) = 32),
  content bytea not null,
  primary key (run_id, hash)
) partition by range (run_id);

alter table payload alter column content set storage external;

-- What others have to say to a run: taken away by the checkpoint that records it in the history.
create table inbox (
  run_id      bigint not null,
  message_id  bigint generated always as identity,
  -- The sender's name for the message: the same one twice is one message.
  dedup_key   text not null check (length(dedup_key) between 1 and 200),
  event_type  event_type not null,
  payload     bytea not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (run_id, message_id),
  unique (run_id, dedup_key)
) with (fillfactor = 70);

-- The newest state that a target should show, per key. A version is the place in a history that
-- recorded it, (run_id, seq), and a newer one replaces an older one that was not delivered.
create table outbox (
  target              text not null check (length(target) between 1 and 400),
  key                 text not null check (length(key) between 1 and 400),
  run_id              bigint not null,
  seq                 integer not null,
  content             bytea not null,
  content_hash        bytea not null check (octet_length(content_hash) = 32),
  due_at              timestamptz not null default clock_timestamp(),
  attempts            integer not null default 0 check (attempts >= 0),
  delivered_run_id    bigint,
  delivered_seq       integer,
  delivered_hash      bytea,
  delivered_at        timestamptz,
  primary key (target, key),
  check ((delivered_at is null) = (delivered_run_id is null)),
  check ((delivered_run_id is null) = (delivered_seq is null)),
  check (delivered_run_id is null or (delivered_run_id, delivered_seq) <= (run_id, seq))
) with (fillfactor = 70);

create index outbox_due on outbox (due_at, target)
  where delivered_run_id is null or delivered_run_id <> run_id or delivered_seq <> seq;

-- Append-only, first wall: a row trigger, which partitions inherit.
create function refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'BST-DB-002: % is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'BS002',
          hint = 'Facts are never changed. Retention drops whole partitions.';
end
$$;

create trigger history_is_append_only
  before update or delete on history
  for each row execute function refuse_change();

create trigger payload_is_append_only
  before update or delete on payload
  for each row execute function refuse_change();

-- Second wall: nobody holds the privilege, the owner included.
do $$
begin
  execute format('revoke update, delete, truncate on history, payload from public, %I', current_user);
end
$$;

-- The smallest run id that a run created at this time can have: 41 bits of milliseconds since 2024,
-- then 22 bits that keep ids of one millisecond apart.
create function first_run_id_at(p_time timestamptz) returns bigint
language sql
immutable
as $$
  select ((extract(epoch from p_time) * 1000)::bigint - 1704067200000) << 22
$$;

-- Makes the weekly partitions of history and payload from the week before this one to p_weeks ahead.
-- LIKE and ATTACH instead of PARTITION OF: attaching does not block readers and writers.
create function make_partitions(p_weeks integer) returns integer
language plpgsql
set search_path = backstitch, pg_temp
as $$
declare
  v_week   timestamptz;
  v_parent text;
  v_name   text;
  v_made   integer := 0;
begin
  if p_weeks not between 1 and 520 then
    raise exception 'BST-DB-003: weeks ahead must be 1 to 520, was %', p_weeks;
  end if;

  -- One maker at a time; the others find everything made.
  perform pg_advisory_xact_lock(hashtextextended('backstitch.make_partitions', 0));

  for v_week in
    select generate_series(
      date_trunc('week', clock_timestamp(), 'UTC') - interval '7 days',
      date_trunc('week', clock_timestamp(), 'UTC') + p_weeks * interval '7 days',
      interval '7 days')
  loop
    foreach v_parent in array array['history', 'payload']
    loop
      v_name := v_parent || to_char(v_week at time zone 'UTC', '_IYYY"w"IW');

      if to_regclass('backstitch.' || v_name) is null then
        execute format(
          'create table backstitch.%I (like backstitch.%I including all)', v_name, v_parent);
        execute format(
          'alter table backstitch.%I attach partition backstitch.%I for values from (%s) to (%s)',
          v_parent, v_name,
          first_run_id_at(v_week), first_run_id_at(v_week + interval '7 days'));
        -- Truncation has no row trigger that could be inherited.
        execute format(
          'create trigger %I before truncate on backstitch.%I '
            || 'for each statement execute function backstitch.refuse_change()',
          v_name || '_is_append_only', v_name);
        execute format(
          'revoke update, delete, truncate on backstitch.%I from public, %I', v_name, current_user);
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;

  return v_made;
end
$$;

select make_partitions(8);

-- The 13 characters under which a run id is shown everywhere.
create function run_id_text(p_run_id bigint) returns text
language sql
immutable
as $$
  select string_agg(
           substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((p_run_id >> shift) & 31)::integer + 1, 1),
           '' order by shift desc)
  from generate_series(0, 60, 5) as shift
$$;

-- For people with SQL. json and not jsonb: it shows every payload, also one with \u0000 in a text.
create view history_json as
select h.run_id,
       run_id_text(h.run_id) as run,
       h.seq,
       h.event_type,
       h.occurred_at,
       convert_from(coalesce(p.content, h.payload), 'UTF8')::json as payload
from history h
left join payload p
  on p.run_id = h.run_id
  and p.hash = h.payload_hash;
