-- Syncs that are configured, and what starts them: a schedule, a webhook, or a person.
--
-- A sync is a name and a document (`sync`). For each of its repositories there is one row of
-- `sync_repository`, which says when it is due. Whatever makes it due, it is fired in one way: one
-- transaction locks that row, takes what has been told of the repository (`sync_news`), starts the
-- run (start_run_v1), writes down why (`sync_run`) and moves the row to its next time. Either all of
-- it has happened or nothing: so a due time has one run, whatever crashes, and no news is lost.
--
-- Lock order: a row of sync_repository, then the sender's fence row, then a new run. Who changes a
-- sync locks `sync`, then its rows of sync_repository. Who takes in a webhook locks `webhook_delivery`
-- (its own new row), then rows of sync_repository by name and repository.

create table sync (
  name       text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  -- Counts changes, so that somebody who changes it can say what they have seen.
  version    integer not null check (version > 0),
  -- UTF-8 JSON, as SyncConfig writes it.
  config     text not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

create table sync_repository (
  name       text not null references sync on delete cascade,
  -- As it is written in the configuration; GitHub does not tell capitals apart.
  repository text not null,
  -- When the schedule is due; null without one. It stays until that time has its run.
  due_at     timestamptz,
  -- Not before, because another run still has the branch.
  held_until timestamptz,
  -- When the news are due; null while there are none.
  news_at    timestamptz,
  primary key (name, repository)
) with (fillfactor = 70);

create unique index sync_repository_ignores_case on sync_repository (name, lower(repository));

create index sync_repository_by_repository on sync_repository (lower(repository), name);

create index sync_repository_due on sync_repository (least(due_at, news_at))
  where due_at is not null or news_at is not null;

-- What webhooks have told and no run has got yet.
create table sync_news (
  news_id    bigint generated always as identity primary key,
  name       text not null,
  repository text not null,
  -- UTF-8 JSON, as PullRequestNews writes it.
  content    text not null,
  told_at    timestamptz not null default clock_timestamp(),
  foreign key (name, repository) references sync_repository on delete cascade
);

create index sync_news_by_repository on sync_news (name, repository, news_id);

-- Which runs a sync has had, and why. No foreign key to sync: that it ran stays true when the sync is
-- gone. No foreign key to run, as for history.
create table sync_run (
  run_id     bigint primary key,
  name       text not null,
  repository text not null,
  reason     text not null check (reason in ('SCHEDULE', 'WEBHOOK', 'PERSON', 'DRY_RUN')),
  -- The time at which it was due by the schedule.
  due_at     timestamptz,
  -- How many news it got.
  news       integer not null default 0 check (news >= 0),
  fired_at   timestamptz not null default clock_timestamp(),
  check ((reason = 'SCHEDULE') = (due_at is not null)),
  check ((reason = 'WEBHOOK') = (news > 0))
);

-- The wall behind the transaction: no due time has two runs.
create unique index sync_run_once_per_due_time on sync_run (name, repository, due_at)
  where due_at is not null;

create index sync_run_by_name on sync_run (name, run_id);

-- Deliveries that were accepted: the same one twice is one.
create table webhook_delivery (
  delivery_id text primary key check (length(delivery_id) between 1 and 100),
  event       text not null,
  action      text,
  repository  text,
  -- How many syncs it was news for.
  told        integer not null default 0 check (told >= 0),
  received_at timestamptz not null default clock_timestamp()
);

create index webhook_delivery_by_time on webhook_delivery (received_at);

-- Starts a run in the caller's transaction, for whoever has room for it: it is there when that
-- transaction commits. Null, or the open run that has the same workflow and key; then nothing was
-- started.
--
-- The event is written in the name of a worker, which must still have its fence: a share of the lock
-- on one of its fence rows, which does not hold up the worker's own flushes, and makes whoever takes
-- the worker over wait until this transaction ends.
create function start_run_v1(
  p_worker_id bigint,
  p_build     text,
  p_run_id    bigint,
  p_workflow  text,
  p_key       text,
  p_queue     text,
  p_priority  smallint,
  p_payload   bytea
)
returns bigint
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
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
$$;

revoke execute on function
  start_run_v1(bigint, text, bigint, text, text, text, smallint, bytea)
from public;
