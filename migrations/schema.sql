-- The whole schema as it is after all migrations. Generated: do not edit, and do not apply it to
-- a database, the migrations do that. A test fails when this is stale; refresh it with
--
--   mvn -pl migrations -am test -Dtest=SchemaDumpTest -Dsurefire.failIfNoSpecifiedTests=false -Dbackstitch.schema.write=true
--
-- Partitions of partitioned tables are not shown: make_partitions makes them as time goes on.

set check_function_bodies = off;


-- types

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
  'VersionChosen',
  'ActivityCancelled',
  'SignalReceived',
  'CancelRequested',
  'RunCancelled',
  'RunTerminated',
  'PostRecorded',
  'FinalPostDeclared'
);

create type outbox_state as enum (
  'PENDING',
  'DELIVERED',
  'DEAD'
);

create type quota_lane_name as enum (
  'LIVE',
  'BULK'
);

create type run_status as enum (
  'RUNNING',
  'STUCK',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED'
);

create type quota_ask as (
  lane quota_lane_name,
  cost integer,
  writes integer,
  waited boolean,
  further boolean
);

create type quota_rules as (
  reserve integer,
  reserve_share double precision,
  floor_share double precision,
  burst integer,
  burst_share double precision,
  spread double precision,
  window_seconds double precision,
  live_at_once integer,
  bulk_at_once integer,
  points_per_minute integer,
  writes_per_minute integer,
  writes_per_hour integer,
  strikes integer,
  lease_seconds double precision
);

create type quota_verdict as (
  verdict text,
  wait_until timestamp with time zone,
  apart interval,
  pace interval,
  fresh interval,
  probe boolean,
  reason text
);


-- tables

create table delivery (
  delivery_id bigint not null generated always as identity,
  target text not null,
  worker_id bigint not null,
  asks boolean not null,
  posts integer not null default 0,
  delivered integer,
  began_at timestamp with time zone not null default clock_timestamp(),
  ended_at timestamp with time zone,
  receipt text,
  problem text,
  constraint delivery_pkey PRIMARY KEY (delivery_id),
  constraint delivery_check CHECK (delivered >= 0 AND delivered <= posts),
  constraint delivery_check1 CHECK ((ended_at IS NULL) = (delivered IS NULL)),
  constraint delivery_posts_check CHECK (posts >= 0)
);

create table fence (
  worker_id bigint not null,
  lane smallint not null,
  constraint fence_pkey PRIMARY KEY (worker_id, lane),
  constraint fence_lane_check CHECK (lane >= 0)
);

create table final_post (
  run_id bigint not null,
  target text not null,
  key text not null,
  status run_status not null,
  content bytea not null,
  content_hash bytea not null,
  constraint final_post_pkey PRIMARY KEY (run_id, target, key, status),
  constraint final_post_content_hash_check CHECK (octet_length(content_hash) = 32),
  constraint final_post_key_check CHECK (length(key) >= 1 AND length(key) <= 400),
  constraint final_post_status_check CHECK (status <> ALL (ARRAY['RUNNING'::run_status, 'STUCK'::run_status])),
  constraint final_post_target_check CHECK (length(target) >= 1 AND length(target) <= 400)
);

create table heartbeat (
  worker_id bigint not null,
  beat_at timestamp with time zone not null default clock_timestamp(),
  runs integer not null default 0,
  room integer not null default 0,
  constraint heartbeat_pkey PRIMARY KEY (worker_id),
  constraint heartbeat_room_check CHECK (room >= 0),
  constraint heartbeat_runs_check CHECK (runs >= 0)
) with (fillfactor=50);

create table history (
  run_id bigint not null,
  seq integer not null,
  event_type event_type not null,
  occurred_at timestamp with time zone not null,
  worker_id bigint not null,
  payload bytea storage external not null,
  payload_hash bytea,
  constraint history_pkey PRIMARY KEY (run_id, seq),
  constraint history_check CHECK ((payload_hash IS NULL) = (octet_length(payload) > 0)),
  constraint history_payload_hash_check CHECK (octet_length(payload_hash) = 32),
  constraint history_seq_check CHECK (seq > 0)
) partition by RANGE (run_id);

create table inbox (
  run_id bigint not null,
  message_id bigint not null generated always as identity,
  dedup_key text not null,
  event_type event_type not null,
  payload bytea not null,
  received_at timestamp with time zone not null default clock_timestamp(),
  addressee bigint,
  constraint inbox_pkey PRIMARY KEY (run_id, message_id),
  constraint inbox_run_id_dedup_key_key UNIQUE (run_id, dedup_key),
  constraint inbox_dedup_key_check CHECK (length(dedup_key) >= 1 AND length(dedup_key) <= 200)
) with (fillfactor=70);

create table outbox (
  target text not null,
  key text not null,
  run_id bigint not null,
  seq integer not null,
  content bytea not null,
  content_hash bytea not null,
  due_at timestamp with time zone not null default clock_timestamp(),
  attempts integer not null default 0,
  delivered_run_id bigint,
  delivered_seq integer,
  delivered_hash bytea,
  delivered_at timestamp with time zone,
  state outbox_state not null default 'PENDING'::outbox_state,
  sent_run_id bigint,
  sent_seq integer,
  sent_hash bytea,
  sent_delivery_id bigint,
  problem text,
  constraint outbox_pkey PRIMARY KEY (target, key),
  constraint outbox_attempts_check CHECK (attempts >= 0),
  constraint outbox_check CHECK ((delivered_at IS NULL) = (delivered_run_id IS NULL)),
  constraint outbox_check1 CHECK ((delivered_run_id IS NULL) = (delivered_seq IS NULL)),
  constraint outbox_check2 CHECK (delivered_run_id IS NULL OR ((ROW(delivered_run_id, delivered_seq) <= ROW(run_id, seq)))),
  constraint outbox_content_hash_check CHECK (octet_length(content_hash) = 32),
  constraint outbox_dead_has_problem CHECK (state <> 'DEAD'::outbox_state OR problem IS NOT NULL),
  constraint outbox_delivered_is_current CHECK (state <> 'DELIVERED'::outbox_state OR NOT (delivered_run_id IS DISTINCT FROM run_id OR delivered_seq IS DISTINCT FROM seq)),
  constraint outbox_in_doubt_is_pending CHECK (sent_run_id IS NULL OR state = 'PENDING'::outbox_state),
  constraint outbox_key_check CHECK (length(key) >= 1 AND length(key) <= 400),
  constraint outbox_sent_is_behind_delivered CHECK (sent_run_id IS NULL OR delivered_run_id IS NULL OR ((ROW(delivered_run_id, delivered_seq) <= ROW(sent_run_id, sent_seq)))),
  constraint outbox_sent_is_whole CHECK ((sent_run_id IS NULL) = (sent_seq IS NULL) AND (sent_run_id IS NULL) = (sent_hash IS NULL) AND (sent_run_id IS NULL) = (sent_delivery_id IS NULL)),
  constraint outbox_sent_was_recorded CHECK (sent_run_id IS NULL OR ((ROW(sent_run_id, sent_seq) <= ROW(run_id, seq)))),
  constraint outbox_target_check CHECK (length(target) >= 1 AND length(target) <= 400)
) with (fillfactor=70);

create table payload (
  run_id bigint not null,
  hash bytea not null,
  content bytea storage external not null,
  constraint payload_pkey PRIMARY KEY (run_id, hash),
  constraint payload_hash_check CHECK (octet_length(hash) = 32)
) partition by RANGE (run_id);

create table post (
  run_id bigint not null,
  seq integer not null,
  target text not null,
  key text not null,
  recorded_at timestamp with time zone not null default clock_timestamp(),
  delivered_at timestamp with time zone,
  delivery_id bigint,
  constraint post_pkey PRIMARY KEY (run_id, seq, target, key),
  constraint post_check CHECK (delivered_at IS NOT NULL OR delivery_id IS NULL),
  constraint post_seq_check CHECK (seq > 0)
);

create table post_retention (
  one_row boolean not null default true,
  closed_before timestamp with time zone not null,
  constraint post_retention_pkey PRIMARY KEY (one_row),
  constraint post_retention_one_row_check CHECK (one_row)
);

create table post_target (
  target text not null,
  delivery_id bigint,
  worker_id bigint,
  leased_until timestamp with time zone,
  failures integer not null default 0,
  paused_until timestamp with time zone,
  problem text,
  constraint post_target_pkey PRIMARY KEY (target),
  constraint post_target_check CHECK ((delivery_id IS NULL) = (worker_id IS NULL)),
  constraint post_target_check1 CHECK ((delivery_id IS NULL) = (leased_until IS NULL)),
  constraint post_target_failures_check CHECK (failures >= 0)
) with (fillfactor=70);

create table quota (
  owner text not null,
  resource text not null,
  per_window integer,
  remaining integer,
  used integer,
  reset_at timestamp with time zone,
  observed_at timestamp with time zone,
  silent integer not null default 0,
  reserve integer,
  base_used integer,
  spent integer not null default 0,
  unexplained integer not null default 0,
  lost integer not null default 0,
  lost_at timestamp with time zone,
  constraint quota_pkey PRIMARY KEY (owner, resource),
  constraint quota_check CHECK (num_nulls(per_window, remaining, used, reset_at, observed_at, base_used) = ANY (ARRAY[0, 6])),
  constraint quota_lost_check CHECK (lost >= 0),
  constraint quota_per_window_check CHECK (per_window >= 0),
  constraint quota_remaining_check CHECK (remaining >= 0),
  constraint quota_resource_check CHECK (length(resource) >= 1 AND length(resource) <= 100),
  constraint quota_unexplained_check CHECK (unexplained >= 0),
  constraint quota_used_check CHECK (used >= 0)
) with (fillfactor=50);

create table quota_lane (
  owner text not null,
  resource text not null,
  lane quota_lane_name not null,
  paced_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  points_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  write_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  minute_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  hour_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  line_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  probe_until timestamp with time zone not null default '-infinity'::timestamp with time zone,
  fresh_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  write_line_to timestamp with time zone not null default '-infinity'::timestamp with time zone,
  constraint quota_lane_pkey PRIMARY KEY (owner, resource, lane)
) with (fillfactor=50);

create table quota_owner (
  owner text not null,
  blocked_until timestamp with time zone,
  blocked_why text,
  strikes integer not null default 0,
  constraint quota_owner_pkey PRIMARY KEY (owner),
  constraint quota_owner_check CHECK ((blocked_until IS NULL) = (blocked_why IS NULL)),
  constraint quota_owner_owner_check CHECK (length(owner) >= 1 AND length(owner) <= 200),
  constraint quota_owner_strikes_check CHECK (strikes >= 0)
) with (fillfactor=50);

create table quota_permit (
  permit_id uuid not null,
  owner text not null,
  resource text not null,
  lane quota_lane_name not null,
  cost integer not null,
  holder text not null,
  granted_at timestamp with time zone not null,
  lease interval not null,
  expires_at timestamp with time zone not null,
  worker_id bigint,
  constraint quota_permit_pkey PRIMARY KEY (owner, resource, permit_id),
  constraint quota_permit_cost_check CHECK (cost >= 0),
  constraint quota_permit_lease_check CHECK (lease > '00:00:00'::interval)
);

create table run (
  run_id bigint not null,
  workflow text not null,
  business_key text,
  status run_status not null default 'RUNNING'::run_status,
  build text not null,
  worker_id bigint,
  created_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  wake_at timestamp with time zone,
  problem text,
  queue text not null default 'default'::text,
  priority smallint not null default 5,
  constraint run_pkey PRIMARY KEY (run_id),
  constraint run_business_key_check CHECK (length(business_key) >= 1 AND length(business_key) <= 200),
  constraint run_check1 CHECK ((status = 'STUCK'::run_status) = (problem IS NOT NULL)),
  constraint run_check2 CHECK (closed_at IS NULL OR worker_id IS NULL AND wake_at IS NULL),
  constraint run_check3 CHECK (closed_at IS NOT NULL OR (worker_id IS NULL) = (wake_at IS NOT NULL)),
  constraint run_closed_has_time CHECK ((status <> ALL (ARRAY['RUNNING'::run_status, 'STUCK'::run_status])) = (closed_at IS NOT NULL)),
  constraint run_priority_check CHECK (priority >= 0 AND priority <= 9),
  constraint run_queue_check CHECK (length(queue) >= 1 AND length(queue) <= 100),
  constraint run_run_id_check CHECK (run_id > 0),
  constraint run_workflow_check CHECK (length(workflow) >= 1 AND length(workflow) <= 200)
) with (fillfactor=80);

create table sync (
  name text not null,
  version integer not null,
  config text not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  updated_at timestamp with time zone not null default clock_timestamp(),
  constraint sync_pkey PRIMARY KEY (name),
  constraint sync_name_check CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text),
  constraint sync_version_check CHECK (version > 0)
);

create table sync_news (
  news_id bigint not null generated always as identity,
  name text not null,
  repository text not null,
  content text not null,
  told_at timestamp with time zone not null default clock_timestamp(),
  constraint sync_news_pkey PRIMARY KEY (news_id)
);

create table sync_repository (
  name text not null,
  repository text not null,
  due_at timestamp with time zone,
  held_until timestamp with time zone,
  news_at timestamp with time zone,
  constraint sync_repository_pkey PRIMARY KEY (name, repository)
) with (fillfactor=70);

create table sync_run (
  run_id bigint not null,
  name text not null,
  repository text not null,
  reason text not null,
  due_at timestamp with time zone,
  news integer not null default 0,
  fired_at timestamp with time zone not null default clock_timestamp(),
  constraint sync_run_pkey PRIMARY KEY (run_id),
  constraint sync_run_check CHECK ((reason = 'SCHEDULE'::text) = (due_at IS NOT NULL)),
  constraint sync_run_check1 CHECK ((reason = 'WEBHOOK'::text) = (news > 0)),
  constraint sync_run_news_check CHECK (news >= 0),
  constraint sync_run_reason_check CHECK (reason = ANY (ARRAY['SCHEDULE'::text, 'WEBHOOK'::text, 'PERSON'::text, 'DRY_RUN'::text]))
);

create table webhook_delivery (
  delivery_id text not null,
  event text not null,
  action text,
  repository text,
  told integer not null default 0,
  received_at timestamp with time zone not null default clock_timestamp(),
  constraint webhook_delivery_pkey PRIMARY KEY (delivery_id),
  constraint webhook_delivery_delivery_id_check CHECK (length(delivery_id) >= 1 AND length(delivery_id) <= 100),
  constraint webhook_delivery_told_check CHECK (told >= 0)
);

create table worker (
  worker_id bigint not null generated always as identity,
  host text not null,
  process_id bigint not null,
  build text not null,
  lease interval not null,
  registered_at timestamp with time zone not null default clock_timestamp(),
  ended_at timestamp with time zone,
  end_reason text,
  queues text[] not null default '{default}'::text[],
  constraint worker_pkey PRIMARY KEY (worker_id),
  constraint worker_check CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  constraint worker_lease_check CHECK (lease > '00:00:00'::interval),
  constraint worker_queues_check CHECK (cardinality(queues) > 0)
);


-- foreign keys

alter table fence add constraint fence_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES worker(worker_id);
alter table heartbeat add constraint heartbeat_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES worker(worker_id);
alter table quota add constraint quota_owner_fkey FOREIGN KEY (owner) REFERENCES quota_owner(owner);
alter table quota_lane add constraint quota_lane_owner_resource_fkey FOREIGN KEY (owner, resource) REFERENCES quota(owner, resource);
alter table quota_permit add constraint quota_permit_owner_resource_fkey FOREIGN KEY (owner, resource) REFERENCES quota(owner, resource);
alter table sync_news add constraint sync_news_name_repository_fkey FOREIGN KEY (name, repository) REFERENCES sync_repository(name, repository) ON DELETE CASCADE;
alter table sync_repository add constraint sync_repository_name_fkey FOREIGN KEY (name) REFERENCES sync(name) ON DELETE CASCADE;


-- indexes

CREATE INDEX delivery_by_target ON delivery USING btree (target, delivery_id);
CREATE INDEX inbox_by_addressee ON inbox USING btree (addressee, message_id) WHERE addressee IS NOT NULL;
CREATE INDEX outbox_dead ON outbox USING btree (target, key) WHERE state = 'DEAD'::outbox_state;
CREATE INDEX outbox_pending ON outbox USING btree (target, due_at) WHERE state = 'PENDING'::outbox_state;
CREATE INDEX run_by_workflow ON run USING btree (workflow, run_id);
CREATE UNIQUE INDEX run_one_open_per_key ON run USING btree (workflow, business_key) WHERE closed_at IS NULL AND business_key IS NOT NULL;
CREATE INDEX run_out_of_the_ordinary ON run USING btree (status, run_id) WHERE status <> ALL (ARRAY['RUNNING'::run_status, 'COMPLETED'::run_status]);
CREATE INDEX run_owned ON run USING btree (worker_id) WHERE worker_id IS NOT NULL;
CREATE INDEX run_to_claim ON run USING btree (wake_at, run_id) WHERE worker_id IS NULL AND status = 'RUNNING'::run_status;
CREATE INDEX run_to_claim_by_priority ON run USING btree (queue, priority, wake_at, run_id) WHERE worker_id IS NULL AND status = 'RUNNING'::run_status;
CREATE INDEX sync_news_by_repository ON sync_news USING btree (name, repository, news_id);
CREATE INDEX sync_repository_by_repository ON sync_repository USING btree (lower(repository), name);
CREATE INDEX sync_repository_due ON sync_repository USING btree (LEAST(due_at, news_at)) WHERE due_at IS NOT NULL OR news_at IS NOT NULL;
CREATE UNIQUE INDEX sync_repository_ignores_case ON sync_repository USING btree (name, lower(repository));
CREATE INDEX sync_run_by_name ON sync_run USING btree (name, run_id);
CREATE UNIQUE INDEX sync_run_once_per_due_time ON sync_run USING btree (name, repository, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_by_time ON webhook_delivery USING btree (received_at);
CREATE INDEX worker_alive ON worker USING btree (worker_id) WHERE ended_at IS NULL;


-- functions

CREATE OR REPLACE FUNCTION backstitch.address_inbox(p_worker_id bigint, p_run_ids bigint[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_count integer;
begin
  update inbox
  set addressee = p_worker_id
  where run_id = any (p_run_ids)
    and addressee is distinct from p_worker_id;

  get diagnostics v_count = row_count;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.address_message()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
  -- Whoever inserts holds the run's row.
  select worker_id into new.addressee from run where run_id = new.run_id;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.checkpoint_v1(
  p_worker_id bigint,
  p_lane smallint,
  p_build text,
  p_start_run_id bigint[],
  p_start_workflow text[],
  p_start_key text[],
  p_start_at bigint[],
  p_event_run_id bigint[],
  p_event_seq integer[],
  p_event_type text[],
  p_event_at bigint[],
  p_event_payload bytea[],
  p_event_hash bytea[],
  p_payload_run_id bigint[],
  p_payload_hash bytea[],
  p_payload_content bytea[],
  p_close_run_id bigint[],
  p_close_status text[],
  p_close_at bigint[],
  p_park_run_id bigint[],
  p_park_wake_at bigint[],
  p_stuck_run_id bigint[],
  p_stuck_problem text[],
  p_taken_run_id bigint[],
  p_taken_message_id bigint[],
  p_message_run_id bigint[],
  p_message_dedup_key text[],
  p_message_type text[],
  p_message_payload bytea[],
  p_post_target text[],
  p_post_key text[],
  p_post_run_id bigint[],
  p_post_seq integer[],
  p_post_content bytea[],
  p_post_hash bytea[]
)
 RETURNS TABLE(lost_run_id bigint, existing_run_id bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.checkpoint_v2(
  p_worker_id bigint,
  p_lane smallint,
  p_build text,
  p_start_run_id bigint[],
  p_start_workflow text[],
  p_start_key text[],
  p_start_queue text[],
  p_start_priority smallint[],
  p_start_here boolean[],
  p_start_at bigint[],
  p_event_run_id bigint[],
  p_event_seq integer[],
  p_event_type text[],
  p_event_at bigint[],
  p_event_payload bytea[],
  p_event_hash bytea[],
  p_payload_run_id bigint[],
  p_payload_hash bytea[],
  p_payload_content bytea[],
  p_close_run_id bigint[],
  p_close_status text[],
  p_close_at bigint[],
  p_park_run_id bigint[],
  p_park_wake_at bigint[],
  p_stuck_run_id bigint[],
  p_stuck_problem text[],
  p_taken_run_id bigint[],
  p_taken_message_id bigint[],
  p_message_run_id bigint[],
  p_message_dedup_key text[],
  p_message_type text[],
  p_message_payload bytea[],
  p_post_target text[],
  p_post_key text[],
  p_post_run_id bigint[],
  p_post_seq integer[],
  p_post_content bytea[],
  p_post_hash bytea[]
)
 RETURNS TABLE(lost_run_id bigint, existing_run_id bigint)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.checkpoint_v3(
  p_worker_id bigint,
  p_lane smallint,
  p_build text,
  p_start_run_id bigint[],
  p_start_workflow text[],
  p_start_key text[],
  p_start_queue text[],
  p_start_priority smallint[],
  p_start_here boolean[],
  p_start_at bigint[],
  p_event_run_id bigint[],
  p_event_seq integer[],
  p_event_type text[],
  p_event_at bigint[],
  p_event_payload bytea[],
  p_event_hash bytea[],
  p_payload_run_id bigint[],
  p_payload_hash bytea[],
  p_payload_content bytea[],
  p_close_run_id bigint[],
  p_close_status text[],
  p_close_at bigint[],
  p_park_run_id bigint[],
  p_park_wake_at bigint[],
  p_stuck_run_id bigint[],
  p_stuck_problem text[],
  p_taken_run_id bigint[],
  p_taken_message_id bigint[],
  p_message_run_id bigint[],
  p_message_dedup_key text[],
  p_message_type text[],
  p_message_payload bytea[],
  p_post_target text[],
  p_post_key text[],
  p_post_run_id bigint[],
  p_post_seq integer[],
  p_post_content bytea[],
  p_post_hash bytea[],
  p_final_run_id bigint[],
  p_final_target text[],
  p_final_key text[],
  p_final_status text[],
  p_final_content bytea[],
  p_final_hash bytea[]
)
 RETURNS TABLE(lost_run_id bigint, existing_run_id bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.claim_v1(
  p_worker_id bigint,
  p_workflows text[],
  p_queues text[],
  p_rooms integer[],
  p_patience interval
)
 RETURNS TABLE(claimed_run_id bigint, claimed_queue text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.compatible_from()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select '005'
$function$;

CREATE OR REPLACE FUNCTION backstitch.finish_delivery(
  p_delivery_id bigint,
  p_key text[],
  p_outcome text[],
  p_problem text[],
  p_wait bigint[],
  p_most_attempts integer,
  p_pause bigint,
  p_receipt text
)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.first_run_id_at(p_time timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select ((extract(epoch from p_time) * 1000)::bigint - 1704067200000) << 22
$function$;

CREATE OR REPLACE FUNCTION backstitch.listen_for_messages(p_worker_id bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('listen %I', 'backstitch_worker_' || p_worker_id);
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.make_partitions(p_weeks integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_admit(p_message jsonb, p_now timestamp with time zone)
 RETURNS quota_verdict
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v_owner       quota_owner;
  v_quota       quota;
  v_lane        quota_lane;
  v_ask         constant quota_ask := jsonb_populate_record(null::quota_ask, p_message);
  v_rules       constant quota_rules := jsonb_populate_record(null::quota_rules, p_message -> 'rules');
  v_worker      constant bigint := (p_message ->> 'worker')::bigint;
  v_outstanding integer;
  v_in_flight   integer;
  v_write       boolean;
  v             quota_verdict;
begin
  -- It was taken over and has not noticed yet. Its permits would not count, so it gets none.
  if exists (select from worker where worker_id = v_worker and ended_at is not null) then
    v.verdict := 'WAIT';
    v.wait_until := p_now + interval '1 second';
    v.reason := format('worker %s has ended', v_worker);
    return v;
  end if;

  select * into strict v_owner from quota_owner where owner = p_message ->> 'owner';
  select * into strict v_quota
  from quota
  where owner = v_owner.owner and resource = p_message ->> 'resource';
  select * into strict v_lane
  from quota_lane
  where owner = v_owner.owner and resource = v_quota.resource and lane = v_ask.lane;

  select coalesce(sum(cost), 0), count(*) filter (where lane = v_ask.lane)
  into v_outstanding, v_in_flight
  from quota_permit
  where owner = v_owner.owner and resource = v_quota.resource;

  -- Who is gone is asked only where it matters.
  if v_in_flight >= (case when v_ask.lane = 'BULK' then v_rules.bulk_at_once else v_rules.live_at_once end) then
    select count(*)
    into v_in_flight
    from quota_permit
    where owner = v_owner.owner
      and resource = v_quota.resource
      and lane = v_ask.lane
      and not quota_is_gone(worker_id);
  end if;

  v := quota_judge(v_owner, v_quota, v_lane, v_ask, v_outstanding, v_in_flight, v_rules, p_now);

  if v.verdict = 'GRANT' then
    insert into quota_permit as p
      (permit_id, owner, resource, lane, cost, holder, worker_id, granted_at, lease, expires_at)
    values
      ((p_message ->> 'permit')::uuid, v_owner.owner, v_quota.resource, v_ask.lane, v_ask.cost,
       p_message ->> 'holder', v_worker, p_now, make_interval(secs => v_rules.lease_seconds),
       p_now + make_interval(secs => v_rules.lease_seconds))
    on conflict (owner, resource, permit_id) do update
    set cost = p.cost + excluded.cost,
        expires_at = excluded.expires_at;

    update quota_lane
    set paced_to = greatest(paced_to, p_now) + coalesce(v_ask.cost * v.pace, interval '0'),
        points_to = greatest(points_to, p_now)
          + (v_ask.cost + 4 * v_ask.writes) * (interval '90 seconds' / v_rules.points_per_minute),
        write_to = case when v_ask.writes > 0 then p_now + interval '1 second' else write_to end,
        minute_to = greatest(minute_to, p_now)
          + v_ask.writes * (interval '90 seconds' / v_rules.writes_per_minute),
        hour_to = greatest(hour_to, p_now)
          + v_ask.writes * (interval '90 minutes' / v_rules.writes_per_hour),
        probe_until = case when v.probe then p_now + interval '15 seconds' else probe_until end
    where owner = v_owner.owner and resource = v_quota.resource and lane = v_ask.lane;

    update quota
    set reserve = least(v_rules.reserve, floor(v_rules.reserve_share * per_window))
    where owner = v_owner.owner
      and resource = v_quota.resource
      and reserve is distinct from least(v_rules.reserve, floor(v_rules.reserve_share * per_window));
  elsif v.verdict = 'WAIT' then
    v_write := v_ask.writes > 0 and v.pace is null;
    v := quota_place(v, v_quota, v_lane, v_ask, v_rules, (p_message ->> 'random')::double precision, p_now);

    if v.apart is not null or v.fresh is not null then
      -- The line behind the reset that begins now takes the place of the one that waited for this window:
      -- who still stands in that stays in this window's line.
      update quota_lane
      set line_to = coalesce(
            case when not v_write then v.wait_until + v.apart end,
            case when v.fresh is not null and fresh_to <= v_quota.reset_at then greatest(line_to, fresh_to) end,
            line_to),
          write_line_to = coalesce(case when v_write then v.wait_until + v.apart end, write_line_to),
          fresh_to = coalesce(v.wait_until + v.fresh, fresh_to)
      where owner = v_owner.owner and resource = v_quota.resource and lane = v_ask.lane;
    end if;
  end if;

  return v;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_behind(
  p_place timestamp with time zone,
  p_cost integer,
  p_from timestamp with time zone,
  p_until timestamp with time zone,
  p_pace interval,
  p_spread double precision,
  p_least interval
)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v_span   constant double precision := extract(epoch from p_until - p_from);
  v_gone   constant double precision := extract(epoch from p_place - p_from);
  v_points constant double precision := p_spread * v_span / greatest(extract(epoch from p_pace), 1e-6);
  v_spent  double precision;
begin
  if v_gone >= v_span then
    return null;
  end if;

  -- By way of exp, because power fails when a small spread leaves next to nothing.
  v_spent := v_points * (1 - exp(greatest(ln(1 - greatest(v_gone, 0) / v_span) / p_spread, -700)));

  if p_least > interval '0' then
    -- Where the least distance was the bound, fewer stand before this place.
    v_spent := least(v_spent, p_cost * v_gone / extract(epoch from p_least));
  end if;

  -- Half a point is what rounding to microseconds may add up to.
  if v_spent + p_cost > v_points + 0.5 then
    return null;
  end if;

  return greatest(
    p_place + p_least,
    p_from + make_interval(secs =>
      v_span * (1 - power(greatest(1 - (v_spent + p_cost) / v_points, 0), p_spread))));
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_earliest(
  p_spent_to timestamp with time zone,
  p_now timestamp with time zone,
  p_cost double precision,
  p_each interval,
  p_burst double precision
)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select greatest(p_now, p_spent_to - greatest(p_burst - p_cost, 0) * p_each)
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_exchange(
  p_messages jsonb,
  p_now timestamp with time zone DEFAULT NULL::timestamp with time zone
)
 RETURNS TABLE(message integer, verdict text, wait_until timestamp with time zone, reason text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  m     record;
  v     quota_verdict;
  v_now timestamptz;
begin
  perform set_config('synchronous_commit', 'off', true);

  for m in
    select (t.ordinality - 1)::integer as position, t.body, t.body ->> 'owner' as owner
    from jsonb_array_elements(p_messages) with ordinality as t (body, ordinality)
    order by owner, position
  loop
    v_now := quota_lock(m.owner, m.body ->> 'resource', p_now);

    case m.body ->> 'kind'
      when 'ask' then
        v := quota_admit(m.body, v_now);
        message := m.position;
        verdict := v.verdict;
        wait_until := v.wait_until;
        reason := v.reason;
        return next;
      when 'learn' then
        perform quota_learn(m.body, v_now);
      when 'finish' then
        delete from quota_permit
        where owner = m.owner
          and permit_id = (m.body ->> 'permit')::uuid;
    end case;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_is_gone(p_worker_id bigint)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
  select case
           when exists (select from worker where worker_id = p_worker_id and ended_at is not null)
             then pg_try_advisory_xact_lock(x'62737477'::integer, (p_worker_id % 2147483647)::integer)
           else false
         end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_judge(
  p_owner quota_owner,
  p_quota quota,
  p_lane quota_lane,
  p_ask quota_ask,
  p_outstanding integer,
  p_in_flight integer,
  p_rules quota_rules,
  p_now timestamp with time zone
)
 RETURNS quota_verdict
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v            quota_verdict;
  v_bulk       constant boolean := p_ask.lane = 'BULK';
  -- A reset jitters by a second between answers.
  v_margin     constant interval := '2 seconds';
  v_known      constant boolean := coalesce(p_quota.reset_at > p_now, false);
  v_left       constant integer := p_quota.remaining - p_quota.lost - p_outstanding;
  v_reserve    integer := p_rules.reserve;
  v_unseen     integer;
  v_burst      double precision;
  v_points     constant integer := p_ask.cost + 4 * p_ask.writes;
  v_each       constant interval := interval '90 seconds' / p_rules.points_per_minute;
  v_step       constant interval := '50 milliseconds';
  v_fresh      interval;
  v_at         timestamptz;
begin
  v.verdict := 'WAIT';
  v.probe := false;
  v_fresh := v_step;

  if p_quota.per_window is not null then
    v_reserve := least(p_rules.reserve, floor(p_rules.reserve_share * p_quota.per_window));

    if v_bulk then
      v_fresh := make_interval(secs =>
        p_rules.spread * p_rules.window_seconds / greatest(p_quota.per_window - v_reserve, 1));
    end if;
  end if;

  -- 0. It would wait for ever.
  if v_bulk and not p_ask.further and p_ask.cost > p_quota.per_window - v_reserve then
    v.verdict := 'REFUSE';
    v.reason := format('%s of %s: a call of %s points never fits: of %s a window, %s are kept for live work',
      p_quota.resource, p_owner.owner, p_ask.cost, p_quota.per_window, v_reserve);
    return v;
  end if;

  -- 1. Told off: nobody sends anything.
  if p_owner.blocked_until > p_now then
    if p_owner.strikes >= p_rules.strikes then
      v.verdict := 'REFUSE';
    end if;

    v.wait_until := p_owner.blocked_until;
    v.apart := greatest(v_step, p_ask.cost * v_fresh);
    v.reason := p_owner.blocked_why;
    return v;
  end if;

  -- 2. The primary quota.
  if v_known and not v_bulk then
    if v_left - p_ask.cost < ceil(p_rules.floor_share * p_quota.per_window) then
      v.wait_until := p_quota.reset_at + v_margin;
      v.fresh := v_fresh;
      v.reason := format('%s of %s: %s of %s left', p_quota.resource, p_owner.owner,
        greatest(v_left, 0), p_quota.per_window);
      return v;
    end if;
  elsif v_known then
    if p_ask.cost > v_left - v_reserve then
      v.wait_until := p_quota.reset_at + v_margin;
      v.fresh := v_fresh;
      v.reason := format('%s of %s: %s of %s left, %s are kept for live work', p_quota.resource,
        p_owner.owner, greatest(v_left, 0), p_quota.per_window, v_reserve);
      return v;
    end if;

    v.pace := p_rules.spread * (p_quota.reset_at - p_now) / (v_left - v_reserve);
    v.fresh := v_fresh;
    v_burst := greatest(p_rules.burst, p_rules.burst_share * (v_left - v_reserve));
    -- Who has waited goes before who comes: newcomers are the first to be turned away.
    v_at := quota_earliest(p_lane.paced_to, p_now, p_ask.cost, v.pace,
      v_burst * case when p_ask.waited then 1.25 else 1.0 end);

    if v_at > p_now and not p_ask.further then
      v.wait_until := v_at;
      v.apart := p_ask.cost * v.pace;
      v.reason := format('%s of %s: spread over the time to the reset, %s of %s left', p_quota.resource,
        p_owner.owner, v_left, p_quota.per_window);
      return v;
    end if;
  elsif v_bulk and p_quota.silent < 3 then
    -- Nobody knows. One asks, the others wait for what it learns.
    if p_quota.reset_at + v_margin > p_now then
      v.wait_until := p_quota.reset_at + v_margin;
      v.fresh := v_fresh;
      v.reason := format('%s of %s has just been reset', p_quota.resource, p_owner.owner);
      return v;
    end if;

    -- What was granted since counts against the window that nobody has seen yet.
    v_unseen := p_quota.per_window - p_outstanding
      - case when p_quota.lost_at > greatest(p_quota.reset_at - interval '15 seconds',
                                             p_now - make_interval(secs => p_rules.window_seconds))
             then p_quota.lost else 0 end;

    if p_lane.probe_until > p_now or p_ask.cost > v_unseen - v_reserve then
      v.wait_until := p_now + interval '1 second';
      v.reason := format('%s of %s: another call is finding out what is left', p_quota.resource,
        p_owner.owner);
      return v;
    end if;

    v.probe := true;
  end if;

  if p_ask.further then
    v.verdict := 'GRANT';
    return v;
  end if;

  -- 3. The lane's own part of the secondary limits: a third at once and two thirds a minute, so that no
  -- minute sees more than the whole.
  v_at := quota_earliest(p_lane.points_to, p_now, v_points, v_each, p_rules.points_per_minute / 3.0);
  v.reason := format('%s of %s: %s points a minute', p_quota.resource, p_owner.owner,
    p_rules.points_per_minute);

  if p_ask.writes > 0 then
    v_at := greatest(v_at,
      quota_earliest(p_lane.write_to, p_now, 1, interval '1 second', 1),
      quota_earliest(p_lane.minute_to, p_now, p_ask.writes,
        interval '90 seconds' / p_rules.writes_per_minute, p_rules.writes_per_minute / 3.0),
      quota_earliest(p_lane.hour_to, p_now, p_ask.writes,
        interval '90 minutes' / p_rules.writes_per_hour, p_rules.writes_per_hour / 3.0));
    v.reason := format('%s of %s: a write a second, %s a minute and %s an hour', p_quota.resource,
      p_owner.owner, p_rules.writes_per_minute, p_rules.writes_per_hour);
  end if;

  if v_at > p_now then
    v.wait_until := v_at;
    v.apart := v_points * v_each;
    v.pace := null;

    if p_ask.writes > 0 then
      -- A reset gives no more writes.
      v.fresh := null;
    end if;

    return v;
  end if;

  if p_in_flight >= (case when v_bulk then p_rules.bulk_at_once else p_rules.live_at_once end) then
    v.wait_until := p_now + interval '200 milliseconds';
    -- Of live work there is little, and somebody waits for it: it comes when it likes.
    v.apart := case when v_bulk then interval '200 milliseconds' / p_rules.bulk_at_once end;
    v.pace := null;
    v.reason := format('%s of %s: %s calls at a time', p_quota.resource, p_owner.owner, p_in_flight);
    return v;
  end if;

  v.verdict := 'GRANT';
  v.reason := null;
  return v;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_learn(p_message jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v_owner     constant text := p_message ->> 'owner';
  v_resource  constant text := p_message ->> 'resource';
  v_cost      constant integer := (p_message ->> 'cost')::integer;
  v_charged   constant integer := (p_message ->> 'charged')::integer;
  v_limit     constant integer := (p_message ->> 'per_window')::integer;
  v_used_up   constant boolean := coalesce(p_message ->> 'limited' = 'PRIMARY', false);
  v_remaining constant integer := case when v_used_up then 0 else (p_message ->> 'remaining')::integer end;
  v_used      constant integer := (p_message ->> 'used')::integer;
  v_reset_at  constant timestamptz :=
    p_now + make_interval(secs => (p_message ->> 'reset_in')::double precision
      - (p_message ->> 'age')::double precision);
  -- Between identical calls a reset jitters; only what is clearly later is another window.
  v_same      constant interval := '5 seconds';
  v_granted   timestamptz;
  q           quota;
  v_foreign   integer;
begin
  update quota_permit
  set cost = greatest(cost - v_cost, 0),
      expires_at = p_now + lease
  where owner = v_owner
    and resource = v_resource
    and permit_id = (p_message ->> 'permit')::uuid
  returning granted_at into v_granted;

  select * into strict q from quota where owner = v_owner and resource = v_resource;

  if not (p_message ->> 'answered')::boolean then
    q.lost := q.lost + v_cost;
    q.lost_at := p_now;
  elsif v_limit is null then
    -- A failure that says nothing (a proxy's, for instance) proves nothing either.
    q.silent := q.silent + (p_message ->> 'succeeded')::boolean::integer;
    q.spent := q.spent + v_charged;
    q.remaining := case
      when q.remaining is null then null
      when v_used_up and q.reset_at > p_now then 0
      else greatest(q.remaining - v_charged, 0)
    end;

    if v_used_up and (q.reset_at > p_now) is not true then
      update quota_owner
      set blocked_until = greatest(blocked_until, p_now + make_interval(secs =>
            least(coalesce((p_message ->> 'retry_after')::double precision, 60), 86400))),
          blocked_why = case
            when blocked_until > p_now then blocked_why
            else format('%s of %s is used up, and nobody was told until when', v_resource, v_owner)
          end,
          strikes = case when blocked_until > p_now - interval '10 minutes' then strikes else 0 end
      where owner = v_owner;
    end if;
  elsif q.reset_at > p_now then
    -- Whatever an answer says, what is left never grows before the window is over. Answers overtake each
    -- other, and servers have been seen to tell of two windows in turn.
    q.per_window := v_limit;
    q.remaining := least(q.remaining, v_remaining);
    q.used := greatest(q.used, v_used);
    q.reset_at := least(q.reset_at, greatest(v_reset_at, p_now));
    q.observed_at := p_now;
    q.spent := q.spent + v_charged;
    q.silent := 0;
  elsif v_reset_at > p_now and (q.reset_at is null or v_reset_at > q.reset_at + v_same) then
    q.per_window := v_limit;
    q.remaining := v_remaining;
    q.used := v_used;
    q.reset_at := v_reset_at;
    q.observed_at := p_now;
    q.base_used := v_used - v_charged;
    q.spent := v_charged;
    q.unexplained := 0;
    q.silent := 0;

    if q.lost_at < p_now - interval '15 seconds' then
      q.lost := 0;
      q.lost_at := null;
    end if;

    update quota_lane
    set paced_to = '-infinity',
        probe_until = '-infinity'
    where owner = v_owner and resource = v_resource;
  end if;

  -- An answer to a request that was sent long after one was lost has counted that one.
  if v_limit is not null and v_granted > q.lost_at + interval '15 seconds' then
    q.lost := 0;
    q.lost_at := null;
  end if;

  v_foreign := least(2147483647, q.used::bigint - q.base_used - q.spent - q.lost - (
    select coalesce(sum(cost), 0) from quota_permit where owner = v_owner and resource = v_resource));

  if v_foreign > q.unexplained then
    -- Others spend: bulk pays for it in time, at most with what is left of the window.
    update quota_lane
    set paced_to = least(q.reset_at, greatest(paced_to, p_now)
          + least((v_foreign - q.unexplained)::double precision / greatest(q.remaining, 1), 1)
            * (q.reset_at - p_now))
    where owner = v_owner and resource = v_resource and lane = 'BULK' and q.reset_at > p_now;

    q.unexplained := v_foreign;
  end if;

  update quota
  set per_window = q.per_window,
      remaining = q.remaining,
      used = q.used,
      reset_at = q.reset_at,
      observed_at = q.observed_at,
      silent = q.silent,
      base_used = q.base_used,
      spent = q.spent,
      unexplained = q.unexplained,
      lost = q.lost,
      lost_at = q.lost_at
  where owner = v_owner and resource = v_resource;

  if p_message ->> 'limited' = 'SECONDARY' then
    perform quota_strike(v_owner, (p_message ->> 'retry_after')::double precision, p_now);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_lock(
  p_owner text,
  p_resource text,
  p_now timestamp with time zone
)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v_now timestamptz;
begin
  perform 1 from quota_owner where owner = p_owner for no key update;

  if not found then
    insert into quota_owner (owner) values (p_owner) on conflict (owner) do nothing;
    perform 1 from quota_owner where owner = p_owner for no key update;
  end if;

  -- Behind the lock, so that time never goes back between two who hold it.
  v_now := coalesce(p_now, clock_timestamp());

  if not exists (select from quota where owner = p_owner and resource = p_resource) then
    insert into quota (owner, resource) values (p_owner, p_resource);
    insert into quota_lane (owner, resource, lane)
    values (p_owner, p_resource, 'LIVE'), (p_owner, p_resource, 'BULK');
  end if;

  with expired as (
    delete from quota_permit
    where owner = p_owner
      and expires_at <= v_now
    returning resource, cost
  )
  update quota q
  set lost = q.lost + e.cost,
      lost_at = v_now
  from (select resource, sum(cost) as cost from expired group by resource) as e
  where q.owner = p_owner
    and q.resource = e.resource
    and e.cost > 0;

  return v_now;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_place(
  p_verdict quota_verdict,
  p_quota quota,
  p_lane quota_lane,
  p_ask quota_ask,
  p_rules quota_rules,
  p_random double precision,
  p_now timestamp with time zone
)
 RETURNS quota_verdict
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v        quota_verdict := p_verdict;
  v_bulk   constant boolean := p_ask.lane = 'BULK';
  v_window constant interval := make_interval(secs => p_rules.window_seconds);
  v_known  constant boolean := coalesce(p_quota.reset_at > p_now, false);
  v_reset  constant timestamptz := p_quota.reset_at + interval '2 seconds';
  v_spread constant double precision := case when v_bulk then p_rules.spread else 1 end;
  v_least  interval := '50 milliseconds';
  v_write  constant boolean := p_ask.writes > 0 and p_verdict.pace is null;
  -- The end of this window's line. Those who waited for the reset that was before it are in it now.
  v_line   constant timestamptz := greatest(p_lane.line_to,
    case when not v_known or p_lane.fresh_to <= p_quota.reset_at then p_lane.fresh_to end);
  v_next   timestamptz;
begin
  -- Whose turn has come, and who may go but for calls on their way, waits for a moment where he is: the
  -- line may be an hour long.
  if p_ask.waited and v.pace is null and not v_write
     and v.wait_until <= p_now + interval '200 milliseconds'
     and v_line > p_now + interval '10 seconds' then
    v.apart := null;
    v.fresh := null;
  end if;

  -- What comes in: apart, if it need not wait for the reset, and is then its step unless a pace is known;
  -- fresh, what a point of the next window costs in time, if it may have to.
  if v.apart is null and v.fresh is null then
    v.wait_until := v.wait_until + p_random * (v.wait_until - p_now) / 4;
    return v;
  end if;

  -- 1. In this window.
  if v.apart is not null then
    if v_write then
      v.wait_until := greatest(v.wait_until, p_lane.write_line_to);
      v.apart := greatest(v.apart,
        quota_write_step(p_lane, p_ask, p_rules, p_verdict.wait_until, v.wait_until));
    else
      v.wait_until := greatest(v.wait_until, v_line);
    end if;

    if v.pace is not null then
      v_next := quota_behind(v.wait_until, p_ask.cost, p_now, p_quota.reset_at, v.pace, v_spread, interval '0');
    elsif v.fresh is null or v.wait_until < p_quota.reset_at then
      if v.wait_until > p_verdict.wait_until + v_window then
        v.wait_until := p_verdict.wait_until + p_random * v.apart;
      end if;

      v_next := v.wait_until + v.apart;
    end if;

    if v_next is not null then
      v.apart := v_next - v.wait_until;
      v.fresh := null;
      return v;
    end if;
  end if;

  -- 2. Behind the reset.
  if v_bulk then
    v_least := greatest(v_least,
      (p_ask.cost + 4 * p_ask.writes) * (interval '90 seconds' / p_rules.points_per_minute),
      case
        when p_ask.writes > 0
          then greatest(interval '1 second', p_ask.writes * (interval '90 seconds' / p_rules.writes_per_minute))
      end);
  end if;

  v.wait_until := greatest(v_reset, p_lane.fresh_to, p_verdict.wait_until);
  v_next := quota_behind(v.wait_until, p_ask.cost, v_reset, v_reset + v_window, v.fresh, v_spread, v_least);

  if v_next is null then
    -- That window is full: once more from its beginning, between those that stand there.
    v.wait_until := greatest(v_reset, p_verdict.wait_until) + p_random * v_least;
    v_next := coalesce(
      quota_behind(v.wait_until, p_ask.cost, v_reset, v_reset + v_window, v.fresh, v_spread, v_least),
      v.wait_until + v_least);
  end if;

  v.apart := null;
  v.fresh := v_next - v.wait_until;
  return v;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_strike(
  p_owner text,
  p_retry_after double precision,
  p_now timestamp with time zone
)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
  update quota_owner o
  set blocked_until = greatest(o.blocked_until, p_now + make_interval(secs =>
        case
          when p_retry_after is not null then least(p_retry_after, 86400)
          else least(60 * 2 ^ least(n.strikes - 1, 10), 900)
        end)),
      blocked_why = format('%s was told to slow down (secondary limit, %s in a row)', p_owner, n.strikes),
      strikes = n.strikes
  from (
    select owner,
           case
             when blocked_until > p_now then strikes
             when blocked_until > p_now - interval '10 minutes' then strikes + 1
             else 1
           end as strikes
    from quota_owner
    where owner = p_owner
  ) as n
  where o.owner = n.owner
$function$;

CREATE OR REPLACE FUNCTION backstitch.quota_write_step(
  p_lane quota_lane,
  p_ask quota_ask,
  p_rules quota_rules,
  p_from timestamp with time zone,
  p_place timestamp with time zone
)
 RETURNS interval
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'backstitch', 'pg_temp'
AS $function$
declare
  v_second constant double precision :=
    greatest(1, (p_ask.cost + 4 * p_ask.writes) * 90.0 / p_rules.points_per_minute);
  v_minute constant double precision := greatest(v_second, p_ask.writes * 90.0 / p_rules.writes_per_minute);
  v_hour   constant double precision := greatest(v_minute, p_ask.writes * 5400.0 / p_rules.writes_per_hour);
  v_gone   constant double precision := extract(epoch from greatest(p_place, p_from) - p_from);
  -- What is in advance at p_from, less what may be when this one comes.
  v_more_a_minute constant double precision :=
    (p_rules.writes_per_minute / 3.0 - p_ask.writes) * 90 / p_rules.writes_per_minute
    - extract(epoch from greatest(p_lane.minute_to, p_from) - p_from);
  v_more_an_hour  constant double precision :=
    (p_rules.writes_per_hour / 3.0 - p_ask.writes) * 5400 / p_rules.writes_per_hour
    - extract(epoch from greatest(p_lane.hour_to, p_from) - p_from);
  v_fast   double precision := v_gone;
  v_before double precision;
begin
  if v_minute > v_second then
    v_fast := least(v_gone, greatest(v_more_a_minute, 0) / (v_minute / v_second - 1));
  end if;

  v_before := v_fast / v_second + (v_gone - v_fast) / v_minute;

  return make_interval(secs => case
    when v_before * v_hour - v_gone > v_more_an_hour then v_hour
    when v_fast < v_gone then v_minute
    else v_second
  end);
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.read_inbox(
  p_worker_id bigint,
  p_after_id bigint,
  p_limit integer
)
 RETURNS TABLE(run_id bigint, message_id bigint, event_type text, payload bytea, run_status text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
  return query
    select i.run_id, i.message_id, i.event_type::text, i.payload,
           (select r.status::text from run r where r.run_id = i.run_id)
    from inbox i
    where i.addressee = p_worker_id
      and i.message_id > p_after_id
    order by i.message_id
    limit p_limit;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.read_inbox(
  p_worker_id bigint,
  p_after_id bigint,
  p_limit integer,
  p_most_bytes bigint
)
 RETURNS TABLE(run_id bigint, message_id bigint, event_type text, payload bytea, run_status text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
  return query
    with page as (
      select i.run_id, i.message_id, i.event_type, i.payload
      from inbox i
      where i.addressee = p_worker_id
        and i.message_id > p_after_id
      order by i.message_id
      limit p_limit
    ), measured as (
      select p.run_id, p.message_id, p.event_type, p.payload,
             sum(octet_length(p.payload)) over (order by p.message_id) - octet_length(p.payload) as before
      from page p
    )
    select m.run_id, m.message_id, m.event_type::text, m.payload,
           (select r.status::text from run r where r.run_id = m.run_id)
    from measured m
    where m.before < p_most_bytes
    order by m.message_id;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.record_posts(
  p_ended bigint[],
  p_lost bigint[],
  p_target text[],
  p_key text[],
  p_run_id bigint[],
  p_seq integer[],
  p_content bytea[],
  p_hash bytea[]
)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.redrive_posts(p_target text, p_key text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'BST-DB-002: % is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'BS002',
          hint = 'Facts are never changed. Retention drops whole partitions.';
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.refuse_count(
  p_what text,
  p_touched integer,
  p_asked bigint[],
  p_lost bigint[]
)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.run_id_text(p_run_id bigint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select string_agg(
           substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((p_run_id >> shift) & 31)::integer + 1, 1),
           '' order by shift desc)
  from generate_series(0, 60, 5) as shift
$function$;

CREATE OR REPLACE FUNCTION backstitch.send_message(
  p_run_id bigint,
  p_dedup_key text,
  p_type text,
  p_payload bytea,
  p_most_waiting integer,
  p_hint boolean
)
 RETURNS TABLE(answer text, run_status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_run     run;
  v_waiting integer;
begin
  select * into v_run from run where run_id = p_run_id for no key update;

  if not found then
    return;
  end if;

  if v_run.closed_at is not null then
    -- A sender that did not hear our answer asks again, perhaps when the run is over. The same
    -- message has the same bytes, and they are read only here: an open run's senders pay nothing.
    return query
      select case
               when exists (
                      select
                      from inbox
                      where run_id = p_run_id
                        and dedup_key = p_dedup_key)
                 or exists (
                      select
                      from history h
                      where h.run_id = p_run_id
                        and h.event_type = 'SignalReceived'
                        and (h.payload = p_payload or h.payload_hash = sha256(p_payload)))
                 then 'ACCEPTED'
               else 'CLOSED'
             end,
             v_run.status::text;
    return;
  end if;

  select count(*)
  into v_waiting
  from (select from inbox where run_id = p_run_id limit p_most_waiting) waiting;

  if v_waiting >= p_most_waiting
     and not exists (select from inbox where run_id = p_run_id and dedup_key = p_dedup_key) then
    return query select 'FULL', v_run.status::text;
    return;
  end if;

  insert into inbox (run_id, dedup_key, event_type, payload)
  values (p_run_id, p_dedup_key, p_type::event_type, p_payload)
  on conflict (run_id, dedup_key) do nothing;

  if v_run.worker_id is null then
    -- A stuck run keeps its time: it waits for another build, not for a message.
    update run
    set wake_at = clock_timestamp()
    where run_id = p_run_id
      and status = 'RUNNING'
      and wake_at > clock_timestamp();
  elsif p_hint then
    perform pg_notify('backstitch_worker_' || v_run.worker_id, '');
  end if;

  return query select 'ACCEPTED', v_run.status::text;
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.start_run_v1(
  p_worker_id bigint,
  p_build text,
  p_run_id bigint,
  p_workflow text,
  p_key text,
  p_queue text,
  p_priority smallint,
  p_payload bytea
)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
  v_now  constant timestamptz := clock_timestamp();
  v_open bigint;
begin
  perform 1
  from fence
  where worker_id = p_worker_id
  order by lane
  limit 1
  for key share;

  if not found then
    raise exception 'BST-DB-001: worker % has no fence row left', p_worker_id
      using errcode = 'BS001',
            hint = 'Others took over; the process registers anew and asks again.';
  end if;

  -- A second round if the run that had the key was closed in between.
  for v_round in 1 .. 100 loop
    insert into run (run_id, workflow, business_key, queue, priority, build, wake_at, created_at)
    values (p_run_id, p_workflow, p_key, p_queue, p_priority, p_build, v_now, v_now)
    on conflict (workflow, business_key) where closed_at is null and business_key is not null
      do nothing;

    if found then
      insert into history (run_id, seq, event_type, occurred_at, worker_id, payload)
      values (p_run_id, 1, 'RunStarted', v_now, p_worker_id, p_payload);
      return null;
    end if;

    select run_id
    into v_open
    from run
    where workflow = p_workflow
      and business_key = p_key
      and closed_at is null;

    if found then
      return v_open;
    end if;
  end loop;

  raise exception 'BST-DB-007: the key % of % changes hands too often', p_key, p_workflow
    using errcode = '40001';
end
$function$;

CREATE OR REPLACE FUNCTION backstitch.take_posts(
  p_worker_id bigint,
  p_kinds text[],
  p_limit integer,
  p_lease interval,
  p_breaker integer
)
 RETURNS TABLE(delivery_id bigint, target text, failures integer, asks boolean, key text, run_id bigint, seq integer, attempts integer, sent_by bigint, content bytea)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  v_name     text;
  v_target   post_target;
  v_asks     boolean;
  v_same     text[];
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
      -- Locked by a statement of its own, so that the next one sees the record of each version.
      select array_agg(s.key)
      into v_same
      from (
        select o.key
        from outbox o
        where o.target = v_name
          and o.state = 'PENDING'
          and o.sent_run_id is null
          and o.content_hash = o.delivered_hash
          and o.due_at <= clock_timestamp()
        order by o.key
        for update skip locked
      ) s;

      with shown as (
        update outbox o
        set state = 'DELIVERED',
            delivered_run_id = o.run_id,
            delivered_seq = o.seq,
            delivered_at = clock_timestamp(),
            problem = null
        where o.target = v_name
          and o.key = any (v_same)
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
$function$;

CREATE OR REPLACE FUNCTION backstitch.terminate_run(
  p_run_id bigint,
  p_payload bytea,
  p_hint boolean
)
 RETURNS TABLE(run_status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'backstitch', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;


-- views

create view history_json as
 SELECT h.run_id,
    run_id_text(h.run_id) AS run,
    h.seq,
    h.event_type,
    h.occurred_at,
    convert_from(COALESCE(p.content, h.payload), 'UTF8'::name)::json AS payload
   FROM history h
     LEFT JOIN payload p ON p.run_id = h.run_id AND p.hash = h.payload_hash;

create view post_fate as
 SELECT p.run_id,
    p.seq,
    p.target,
    p.key,
    p.recorded_at,
    p.delivered_at,
    p.delivery_id,
        CASE
            WHEN p.delivered_at IS NOT NULL AND p.delivery_id IS NULL THEN 'UNCHANGED'::text
            WHEN p.delivered_at IS NOT NULL THEN 'DELIVERED'::text
            WHEN o.sent_run_id = p.run_id AND o.sent_seq = p.seq THEN 'DELIVERING'::text
            WHEN o.run_id <> p.run_id OR o.seq <> p.seq THEN 'SUPERSEDED'::text
            WHEN o.state = 'DEAD'::outbox_state THEN 'DEAD'::text
            ELSE 'RECORDED'::text
        END AS fate
   FROM post p
     JOIN outbox o ON o.target = p.target AND o.key = p.key;


-- triggers

CREATE TRIGGER history_is_append_only BEFORE DELETE OR UPDATE ON history FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER message_has_addressee BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION address_message();
CREATE TRIGGER payload_is_append_only BEFORE DELETE OR UPDATE ON payload FOR EACH ROW EXECUTE FUNCTION refuse_change();


-- privileges that differ from the default

revoke all on function address_inbox(bigint,bigint[]) from public, current_user;
grant execute on function address_inbox(bigint,bigint[]) to current_user;
revoke all on function address_message() from public, current_user;
grant execute on function address_message() to current_user;
revoke all on function checkpoint_v1(bigint,smallint,text,bigint[],text[],text[],bigint[],bigint[],integer[],text[],bigint[],bytea[],bytea[],bigint[],bytea[],bytea[],bigint[],text[],bigint[],bigint[],bigint[],bigint[],text[],bigint[],bigint[],bigint[],text[],text[],bytea[],text[],text[],bigint[],integer[],bytea[],bytea[]) from public, current_user;
grant execute on function checkpoint_v1(bigint,smallint,text,bigint[],text[],text[],bigint[],bigint[],integer[],text[],bigint[],bytea[],bytea[],bigint[],bytea[],bytea[],bigint[],text[],bigint[],bigint[],bigint[],bigint[],text[],bigint[],bigint[],bigint[],text[],text[],bytea[],text[],text[],bigint[],integer[],bytea[],bytea[]) to current_user;
revoke all on function checkpoint_v2(bigint,smallint,text,bigint[],text[],text[],text[],smallint[],boolean[],bigint[],bigint[],integer[],text[],bigint[],bytea[],bytea[],bigint[],bytea[],bytea[],bigint[],text[],bigint[],bigint[],bigint[],bigint[],text[],bigint[],bigint[],bigint[],text[],text[],bytea[],text[],text[],bigint[],integer[],bytea[],bytea[]) from public, current_user;
grant execute on function checkpoint_v2(bigint,smallint,text,bigint[],text[],text[],text[],smallint[],boolean[],bigint[],bigint[],integer[],text[],bigint[],bytea[],bytea[],bigint[],bytea[],bytea[],bigint[],text[],bigint[],bigint[],bigint[],bigint[],text[],bigint[],bigint[],bigint[],text[],text[],bytea[],text[],text[],bigint[],integer[],bytea[],bytea[]) to current_user;
revoke all on function checkpoint_v3(bigint,smallint,text,bigint[],text[],text[],text[],smallint[],boolean[],bigint[],bigint[],integer[],text[],bigint[],bytea[],bytea[],bigint[],bytea[],bytea[],bigint[],text[],bigint[],bigint[],bigint[],bigint[],text[],bigint[],bigint[],bigint[],text[],text[],bytea[],text[],text[],bigint[],integer[],bytea[],bytea[],bigint[],text[],text[],text[],bytea[],bytea[]) from public, current_user;
grant execute on function checkpoint_v3(bigint,smallint,text,bigint[],text[],text[],text[],smallint[],boolean[],bigint[],bigint[],integer[],text[],bigint[],bytea[],bytea[],bigint[],bytea[],bytea[],bigint[],text[],bigint[],bigint[],bigint[],bigint[],text[],bigint[],bigint[],bigint[],text[],text[],bytea[],text[],text[],bigint[],integer[],bytea[],bytea[],bigint[],text[],text[],text[],bytea[],bytea[]) to current_user;
revoke all on function claim_v1(bigint,text[],text[],integer[],interval) from public, current_user;
grant execute on function claim_v1(bigint,text[],text[],integer[],interval) to current_user;
revoke all on function compatible_from() from public, current_user;
grant execute on function compatible_from() to current_user;
revoke all on function finish_delivery(bigint,text[],text[],text[],bigint[],integer,bigint,text) from public, current_user;
grant execute on function finish_delivery(bigint,text[],text[],text[],bigint[],integer,bigint,text) to current_user;
revoke all on function first_run_id_at(timestamp with time zone) from public, current_user;
grant execute on function first_run_id_at(timestamp with time zone) to current_user;
grant execute on function first_run_id_at(timestamp with time zone) to public;
revoke all on table history from public, current_user;
grant insert, maintain, references, select, trigger on table history to current_user;
revoke all on function listen_for_messages(bigint) from public, current_user;
grant execute on function listen_for_messages(bigint) to current_user;
revoke all on function make_partitions(integer) from public, current_user;
grant execute on function make_partitions(integer) to current_user;
revoke all on table payload from public, current_user;
grant insert, maintain, references, select, trigger on table payload to current_user;
revoke all on function quota_exchange(jsonb,timestamp with time zone) from public, current_user;
grant execute on function quota_exchange(jsonb,timestamp with time zone) to current_user;
revoke all on function read_inbox(bigint,bigint,integer) from public, current_user;
grant execute on function read_inbox(bigint,bigint,integer) to current_user;
revoke all on function read_inbox(bigint,bigint,integer,bigint) from public, current_user;
grant execute on function read_inbox(bigint,bigint,integer,bigint) to current_user;
revoke all on function record_posts(bigint[],bigint[],text[],text[],bigint[],integer[],bytea[],bytea[]) from public, current_user;
grant execute on function record_posts(bigint[],bigint[],text[],text[],bigint[],integer[],bytea[],bytea[]) to current_user;
revoke all on function redrive_posts(text,text) from public, current_user;
grant execute on function redrive_posts(text,text) to current_user;
revoke all on function refuse_change() from public, current_user;
grant execute on function refuse_change() to current_user;
revoke all on function refuse_count(text,integer,bigint[],bigint[]) from public, current_user;
grant execute on function refuse_count(text,integer,bigint[],bigint[]) to current_user;
revoke all on function run_id_text(bigint) from public, current_user;
grant execute on function run_id_text(bigint) to current_user;
grant execute on function run_id_text(bigint) to public;
revoke all on function send_message(bigint,text,text,bytea,integer,boolean) from public, current_user;
grant execute on function send_message(bigint,text,text,bytea,integer,boolean) to current_user;
revoke all on function start_run_v1(bigint,text,bigint,text,text,text,smallint,bytea) from public, current_user;
grant execute on function start_run_v1(bigint,text,bigint,text,text,text,smallint,bytea) to current_user;
revoke all on function take_posts(bigint,text[],integer,interval,integer) from public, current_user;
grant execute on function take_posts(bigint,text[],integer,interval,integer) to current_user;
revoke all on function terminate_run(bigint,bytea,boolean) from public, current_user;
grant execute on function terminate_run(bigint,bytea,boolean) to current_user;


-- comments

comment on column run.priority is '9 is claimed first, 0 last.';
