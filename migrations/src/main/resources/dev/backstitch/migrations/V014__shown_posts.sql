-- A version that the target shows already was at times never marked as shown.
--
-- take_posts found such versions and marked them in one statement. A flush that committed a newer version of
-- the same content between the statement's snapshot and its lock on the row was taken into account by
-- the lock, which looks at the newest row, and not by the mark: the record of that version is younger than the
-- snapshot. The outbox then said DELIVERED of a version whose record said nothing, for ever (BST-INV-508).
-- Now they are locked first, and marked by a statement that sees what was committed until then.
--
-- The rest of the function is as in V008.
create or replace function take_posts(
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
$$;

-- Those that were left so. A delivery that an earlier build began before this was committed may leave one more.
update post p
set delivered_at = o.delivered_at
from outbox o
where (o.run_id, o.seq, o.target, o.key) = (p.run_id, p.seq, p.target, p.key)
  and o.state = 'DELIVERED'
  and p.delivered_at is null;
