-- What a killed process held of a lane is free as soon as it is known to be gone.
--
-- A permit stands for two things, and a death ends only one of them.
--
--   its points    The call may have been sent, and charged: nobody knows. They stay granted until the
--                 permit expires and count as lost behind that, as before. Neither does a death give back
--                 what the permit took of the points and writes a minute: that is charged with the grant.
--   its place     It is one of the lane's calls at a time. A process that is gone makes no call any more,
--                 so its permits are not counted there. Until now they were, for up to their lease, and a
--                 lane stood still for that long although others had taken over the runs.
--
-- A process is gone when its worker has ended *and* nobody holds its session lock. One that is frozen was
-- taken over for its silence and still has its session, and its calls: it keeps its places until its
-- permits expire, or its session does.
--
-- A ledger need not belong to a worker; then its permits have no worker_id, as those of a build that does
-- not know this column. They end with their lease.

-- No foreign key: every grant would lock the worker's row, and a takeover skips rows that are locked.
alter table quota_permit add column worker_id bigint;

-- Whether a worker has ended and left its session. Null and ids that nobody knows are not gone.
--
-- The lock is the worker's session lock, "bstw" and its id (LeaseStore). It is tried only for a worker
-- that has ended: of those nobody looks at it any more, so nobody takes this for a sign of life.
create function quota_is_gone(p_worker_id bigint) returns boolean
language sql
volatile
set search_path = backstitch, pg_temp
as $$
  select case
           when exists (select from worker where worker_id = p_worker_id and ended_at is not null)
             then pg_try_advisory_xact_lock(x'62737477'::integer, (p_worker_id % 2147483647)::integer)
           else false
         end
$$;

-- Judges one ask and writes down what comes of it. The owner is locked.
--
-- worker: whose ledger asks; missing if it is nobody's
create or replace function quota_admit(p_message jsonb, p_now timestamptz) returns quota_verdict
language plpgsql
set search_path = backstitch, pg_temp
as $$
declare
  v_owner       quota_owner;
  v_quota       quota;
  v_lane        quota_lane;
  v_ask         constant quota_ask := jsonb_populate_record(null::quota_ask, p_message);
  v_rules       constant quota_rules := jsonb_populate_record(null::quota_rules, p_message -> 'rules');
  v_worker      constant bigint := (p_message ->> 'worker')::bigint;
  v_outstanding integer;
  v_in_flight   integer;
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
  elsif v.verdict = 'WAIT' and v.apart is not null then
    v.wait_until := greatest(v.wait_until, v_lane.line_to);

    if v.pace is not null and v.wait_until > v_quota.reset_at then
      -- It will not be served from this window: behind the reset the line moves faster.
      v.wait_until := greatest(v_quota.reset_at + interval '2 seconds', v_lane.line_to);
      v.apart := least(v.apart, v.fresh);
    end if;

    update quota_lane
    set line_to = v.wait_until + v.apart
    where owner = v_owner.owner and resource = v_quota.resource and lane = v_ask.lane;
  elsif v.verdict = 'WAIT' then
    v.wait_until := v.wait_until + (p_message ->> 'random')::double precision * (v.wait_until - p_now) / 4;
  end if;

  return v;
end
$$;
