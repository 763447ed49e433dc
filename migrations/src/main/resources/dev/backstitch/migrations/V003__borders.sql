-- What others have to say to a run: signals, cancels, and the end by force.
--
-- A signal and a cancel are messages: a row in `inbox`, in the sender's own small transaction, that
-- the run's owner takes into the history by a checkpoint (step 5 of checkpoint_v1). The row is there
-- or the event is, never both and never neither. A termination asks nobody: it writes the run's last
-- event itself, whatever its owner does or is.
--
-- Who finds a message. `addressee` is the worker that has the run, as the sender saw it while it
-- held the run's row. A worker reads what is addressed to it, and nothing else, by one small index.
-- Nothing falls between:
--
--   sent while A has the run      A finds it by its index.
--   sent while nobody has it      The run is due at once. Whoever claims it addresses what waits for
--                                 it to itself, after the claim has committed.
--   sent while A parks it         The sender and the park lock the run's row. If the sender is first,
--                                 the park sees the message and leaves the run due at once; otherwise
--                                 the sender sees that nobody has the run.
--   sent while B claims it        As above: the claim passes over a locked row, and a sender that
--                                 waits for the claim then sees B.
--   A dies                        The takeover leaves the run due at once; see the second line.
--
-- Order. A sender holds the run's row from before the message gets its number until it commits, so
-- the messages of one run become visible in the order of their numbers.
--
-- Doubles. The sender's id is unique among the messages that wait. Once a message was taken, its
-- owner knows the id from the history, and takes a second one without an event. When the run is
-- over, the history is asked.
--
-- Termination and the owner's flushes. The flush locks: fence, history, run rows, inbox. This locks:
-- history, run row, inbox; so neither waits for the other in a circle. What can meet:
--
--   the flush is queued           Its next event has the seq that RunTerminated now has: 23505. The
--                                 lane halves the batch until that run is alone; the others are
--                                 written. The owner then tries to mark the run STUCK, which touches
--                                 nothing, since the run is not its own any more, and drops it.
--   the flush has inserted its    We wait for it at the key. It commits, we get 23505 and look for
--   events, and has not           the last seq again. If it closed the run, we find it closed and
--   committed                     write nothing. If it rolls back, our event is the one that stays.
--   we have inserted, and have    It waits for us at the key, and is refused as above.
--   not committed
--   a flush without events        It parks the run: whoever is second finds the run's row changed.
--                                 We close a parked run as well; a park of a closed run is refused by
--                                 its count (BS003). It takes doubles: it deletes them, whether we
--                                 were first or not. It writes nothing (a retry): then an attempt may
--                                 still start; its result is never recorded.
--   the acknowledgement of a      The lane looks for its rows. RunTerminated is written in the name
--   flush is lost                 of worker 0, so it is never taken for the lane's own; and that a
--                                 run has left its worker proves nothing if it was terminated.
--   a claim                       Locks the run's row only: either it is first, and we end a run that
--                                 was just claimed, or it does not see a closed run.
--   a takeover                    As a claim: it changes who has the run, or finds it closed.
--   another termination           Waits at the key, then finds the run closed.
--   a signal                      Holds the run's row first and then the inbox, and so do we.
--
-- An owner that has the run in memory hears of its end by a note in its inbox, which it removes.
-- Messages that a closed run has not taken stay where they are: they were acknowledged, and are
-- evidence until retention removes the run. They are addressed to nobody then.
--
-- Plans are pinned for the reason that is given in V002: one that was made while a table was small
-- would scan the whole of it later.

alter type run_status add value 'CANCELLED';
alter type run_status add value 'TERMINATED';

alter type event_type add value 'ActivityCancelled';
alter type event_type add value 'SignalReceived';
alter type event_type add value 'CancelRequested';
alter type event_type add value 'RunCancelled';
alter type event_type add value 'RunTerminated';

-- Said by the open ones, because a new label can't be used in the transaction that adds it.
alter table run drop constraint run_check;
alter table run add constraint run_closed_has_time
  check ((status not in ('RUNNING', 'STUCK')) = (closed_at is not null));

drop index run_in_trouble;
create index run_out_of_the_ordinary on run (status, run_id)
  where status not in ('RUNNING', 'COMPLETED');

-- No foreign key: a worker's rows outlive it, and say so by not being anybody's.
alter table inbox add column addressee bigint;

create index inbox_by_addressee on inbox (addressee, message_id)
  where addressee is not null;

create function address_message() returns trigger
language plpgsql
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
begin
  -- Whoever inserts holds the run's row.
  select worker_id into new.addressee from run where run_id = new.run_id;
  return new;
end
$$;

create trigger message_has_addressee
  before insert on inbox
  for each row execute function address_message();

-- Puts a message into the inbox of an open run. No row: there is no such run. Otherwise where the run
-- stands, and what became of the message: ACCEPTED (now or before), CLOSED, or FULL, when so many
-- wait already that the sender must wait too.
create function send_message(
  p_run_id       bigint,
  p_dedup_key    text,
  p_type         text,
  p_payload      bytea,
  p_most_waiting integer,
  p_hint         boolean
)
returns table (answer text, run_status text)
language plpgsql
security definer
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
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
$$;

-- Ends an open run. No row: there is no such run. Otherwise where the run stood: an open status if it
-- was terminated now, a closed one if it had ended before.
create function terminate_run(p_run_id bigint, p_payload bytea, p_hint boolean)
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

-- What is addressed to a worker, oldest first, and where the runs stand. The status by a subquery: a
-- join could be planned over all runs.
create function read_inbox(p_worker_id bigint, p_after_id bigint, p_limit integer)
returns table (run_id bigint, message_id bigint, event_type text, payload bytea, run_status text)
language plpgsql
stable
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
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
$$;

-- Addresses what waits for runs that a worker has claimed to that worker; says how much.
create function address_inbox(p_worker_id bigint, p_run_ids bigint[]) returns integer
language plpgsql
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
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
$$;

-- Subscribes the session to the hints for a worker. LISTEN takes no parameter.
create function listen_for_messages(p_worker_id bigint) returns void
language plpgsql
as $$
begin
  execute format('listen %I', 'backstitch_worker_' || p_worker_id);
end
$$;
