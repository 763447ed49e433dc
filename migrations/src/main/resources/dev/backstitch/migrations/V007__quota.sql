-- The quota ledger: what may be spent of somebody else's API now, by whom, and when to come back.
--
-- A quota belongs to an *owner* (the account an API charges, never a token) and a *resource* (the bucket
-- it is charged to). Work comes in two lanes. The rule behind everything here: **each lane has its own
-- allowance of every limit, and what bulk takes is not looked at when live is judged.** So live never
-- waits for bulk, by construction. The one thing they share is the primary quota itself, and of that
-- bulk leaves a reserve.
--
-- What is known of a quota is what the last answers said, less what is on its way: a permit that was
-- granted and not answered yet is money that may be gone. A permit whose holder died is given up after its
-- lease, and counts as spent until a later answer shows the truth.
--
-- quota_judge is the whole arithmetic and touches no table. Around it, quota_exchange locks the owner
-- once, takes the messages of one worker in order, and writes down what came of them. Time is the
-- database's; tests hand in theirs.

create type quota_lane_name as enum ('LIVE', 'BULK');

create table quota_owner (
  owner         text primary key check (length(owner) between 1 and 200),
  blocked_until timestamptz,
  blocked_why   text,
  -- How often in a row the owner was told off; forgotten after ten clean minutes.
  strikes       integer not null default 0 check (strikes >= 0),
  check ((blocked_until is null) = (blocked_why is null))
) with (fillfactor = 50);

create table quota (
  owner       text not null references quota_owner,
  resource    text not null check (length(resource) between 1 and 100),
  -- What answers said: least remaining and most used of those of the newest window. Null until one has.
  per_window  integer check (per_window >= 0),
  remaining   integer check (remaining >= 0),
  used        integer check (used >= 0),
  reset_at    timestamptz,
  observed_at timestamptz,
  -- Answers in a row that said nothing: some servers have no such limit.
  silent      integer not null default 0,
  -- What bulk leaves, by the rules of whoever asked last: for people.
  reserve     integer,
  -- Where `used` stood when the window was first seen, and what of it is ours since.
  base_used   integer,
  spent       integer not null default 0,
  unexplained integer not null default 0 check (unexplained >= 0),
  -- Spent by requests whose answers never came, as far as anybody knows.
  lost        integer not null default 0 check (lost >= 0),
  lost_at     timestamptz,
  primary key (owner, resource),
  check (num_nulls(per_window, remaining, used, reset_at, observed_at, base_used) in (0, 6))
) with (fillfactor = 50);

-- The rates of one lane. Each is the virtual arrival time of GCRA: the time up to which the lane has
-- spent in advance.
create table quota_lane (
  owner       text not null,
  resource    text not null,
  lane        quota_lane_name not null,
  paced_to    timestamptz not null default '-infinity',
  points_to   timestamptz not null default '-infinity',
  write_to    timestamptz not null default '-infinity',
  minute_to   timestamptz not null default '-infinity',
  hour_to     timestamptz not null default '-infinity',
  -- Where the next one that must wait is put, so that no two are sent to the same moment.
  line_to     timestamptz not null default '-infinity',
  -- Until then somebody is finding out how things stand.
  probe_until timestamptz not null default '-infinity',
  primary key (owner, resource, lane),
  foreign key (owner, resource) references quota
) with (fillfactor = 50);

create table quota_permit (
  permit_id  uuid not null,
  owner      text not null,
  resource   text not null,
  lane       quota_lane_name not null,
  -- What it may still spend.
  cost       integer not null check (cost >= 0),
  holder     text not null,
  granted_at timestamptz not null,
  lease      interval not null check (lease > interval '0'),
  expires_at timestamptz not null,
  primary key (owner, resource, permit_id),
  foreign key (owner, resource) references quota
);

-- The limits of an API, as the caller's build knows them: see QuotaRules, which has the same names.
create type quota_rules as (
  reserve           integer,           -- bulk leaves so much,
  reserve_share     double precision,  -- but no more than this share of the limit
  floor_share       double precision,  -- live leaves this share
  burst             integer,           -- bulk may run ahead of its pace by so many,
  burst_share       double precision,  -- or by this share of what it has left, if that is more
  spread            double precision,  -- bulk's part is spread over this share of the time to the reset
  window_seconds    double precision,  -- how long a fresh window lasts, as far as known
  live_at_once      integer,
  bulk_at_once      integer,
  points_per_minute integer,           -- per lane; a read is one point, a write five
  writes_per_minute integer,           -- per lane
  writes_per_hour   integer,           -- per lane
  strikes           integer,           -- after so many in a row, callers are refused
  lease_seconds     double precision
);

create type quota_ask as (
  lane    quota_lane_name,
  cost    integer,
  writes  integer,
  waited  boolean,   -- it was sent to wait before
  further boolean    -- a permit's holder wants more than it asked for
);

create type quota_verdict as (
  verdict    text,         -- GRANT, WAIT or REFUSE
  wait_until timestamptz,
  -- Where several wait for the same, how far apart they come back; null where each comes when it likes.
  apart      interval,
  pace       interval,     -- what one point of bulk costs in time
  fresh      interval,     -- how far apart those come back who wait for the reset
  probe      boolean,
  reason     text
);

-- The earliest moment at which a rate lets something through: GCRA, with `p_burst` in advance. What
-- costs more than the burst passes when nothing was spent in advance.
create function quota_earliest(
  p_spent_to timestamptz, p_now timestamptz, p_cost double precision, p_each interval, p_burst double precision)
returns timestamptz
language sql
immutable
as $$
  select greatest(p_now, p_spent_to - greatest(p_burst - p_cost, 0) * p_each)
$$;

-- The arithmetic. Pure: it depends on nothing but its arguments.
--
-- p_outstanding: points granted and not answered yet, by both lanes.
-- p_in_flight:   permits of this lane.
create function quota_judge(
  p_owner       quota_owner,
  p_quota       quota,
  p_lane        quota_lane,
  p_ask         quota_ask,
  p_outstanding integer,
  p_in_flight   integer,
  p_rules       quota_rules,
  p_now         timestamptz
)
returns quota_verdict
language plpgsql
immutable
set search_path = backstitch, pg_temp
as $$
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
  v_each       interval;
  v_at         timestamptz;
begin
  v.verdict := 'WAIT';
  v.probe := false;
  v.fresh := '50 milliseconds';

  if p_quota.per_window is not null then
    v_reserve := least(p_rules.reserve, floor(p_rules.reserve_share * p_quota.per_window));

    if v_bulk then
      v.fresh := greatest(v.fresh,
        make_interval(secs => p_ask.cost * p_rules.spread * p_rules.window_seconds
          / greatest(p_quota.per_window - v_reserve, 1)));
    end if;
  end if;

  -- 1. Told off: nobody sends anything.
  if p_owner.blocked_until > p_now then
    if p_owner.strikes >= p_rules.strikes then
      v.verdict := 'REFUSE';
    end if;

    v.wait_until := p_owner.blocked_until;
    v.apart := v.fresh;
    v.reason := p_owner.blocked_why;
    return v;
  end if;

  -- 2. The primary quota.
  if v_known and not v_bulk then
    if v_left - p_ask.cost < ceil(p_rules.floor_share * p_quota.per_window) then
      v.wait_until := p_quota.reset_at + v_margin;
      v.apart := v.fresh;
      v.reason := format('%s of %s: %s of %s left', p_quota.resource, p_owner.owner,
        greatest(v_left, 0), p_quota.per_window);
      return v;
    end if;
  elsif v_known then
    if p_ask.cost > v_left - v_reserve then
      v.wait_until := p_quota.reset_at + v_margin;
      v.apart := v.fresh;
      v.reason := format('%s of %s: %s of %s left, %s are kept for live work', p_quota.resource,
        p_owner.owner, greatest(v_left, 0), p_quota.per_window, v_reserve);
      return v;
    end if;

    v.pace := p_rules.spread * (p_quota.reset_at - p_now) / (v_left - v_reserve);
    v_burst := greatest(p_rules.burst, p_rules.burst_share * (v_left - v_reserve));
    -- Who has waited goes before who comes: newcomers are the first to be turned away.
    v_at := quota_earliest(p_lane.paced_to, p_now, p_ask.cost, v.pace,
      v_burst * case when p_ask.waited then 1.25 else 1.0 end);

    if v_at > p_now and not p_ask.further then
      v.wait_until := v_at;
      v.apart := case when p_ask.waited then null else p_ask.cost * v.pace end;
      v.reason := format('%s of %s: spread over the time to the reset, %s of %s left', p_quota.resource,
        p_owner.owner, v_left, p_quota.per_window);
      return v;
    end if;
  elsif v_bulk and p_quota.silent < 3 then
    -- Nobody knows. One asks, the others wait for what it learns.
    if p_quota.reset_at + v_margin > p_now then
      v.wait_until := p_quota.reset_at + v_margin;
      v.apart := v.fresh;
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
  v_each := interval '90 seconds' / p_rules.points_per_minute;
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
    v.apart := case when p_ask.waited then null else v_points * v_each end;
    return v;
  end if;

  if p_in_flight >= (case when v_bulk then p_rules.bulk_at_once else p_rules.live_at_once end) then
    v.wait_until := p_now + interval '200 milliseconds';
    v.reason := format('%s of %s: %s calls at a time', p_quota.resource, p_owner.owner, p_in_flight);
    return v;
  end if;

  v.verdict := 'GRANT';
  v.reason := null;
  return v;
end
$$;

-- Locks an owner, making it and its resource known if they are not, and gives up permits whose lease is
-- over.
create function quota_lock(p_owner text, p_resource text, p_now timestamptz) returns timestamptz
language plpgsql
set search_path = backstitch, pg_temp
as $$
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
$$;

-- Judges one ask and writes down what comes of it. The owner is locked.
create function quota_admit(p_message jsonb, p_now timestamptz) returns quota_verdict
language plpgsql
set search_path = backstitch, pg_temp
as $$
declare
  v_owner       quota_owner;
  v_quota       quota;
  v_lane        quota_lane;
  v_ask         constant quota_ask := jsonb_populate_record(null::quota_ask, p_message);
  v_rules       constant quota_rules := jsonb_populate_record(null::quota_rules, p_message -> 'rules');
  v_outstanding integer;
  v_in_flight   integer;
  v             quota_verdict;
begin
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

  v := quota_judge(v_owner, v_quota, v_lane, v_ask, v_outstanding, v_in_flight, v_rules, p_now);

  if v.verdict = 'GRANT' then
    insert into quota_permit as p
      (permit_id, owner, resource, lane, cost, holder, granted_at, lease, expires_at)
    values
      ((p_message ->> 'permit')::uuid, v_owner.owner, v_quota.resource, v_ask.lane, v_ask.cost,
       p_message ->> 'holder', p_now, make_interval(secs => v_rules.lease_seconds),
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

-- Learns from one answer, or from the lack of one. The owner is locked.
--
-- cost:    what of the permit it was sent with
-- charged: what it cost as far as the answer tells
-- answered, succeeded, and if its headers tell: per_window, remaining, used, reset_in (seconds); and how
-- old it is: age (seconds)
-- limited: SECONDARY if the server said "too fast", PRIMARY if "used up"; retry_after in seconds
create function quota_learn(p_message jsonb, p_now timestamptz) returns void
language plpgsql
set search_path = backstitch, pg_temp
as $$
declare
  v_owner     constant text := p_message ->> 'owner';
  v_resource  constant text := p_message ->> 'resource';
  v_cost      constant integer := (p_message ->> 'cost')::integer;
  v_charged   constant integer := (p_message ->> 'charged')::integer;
  v_limit     constant integer := (p_message ->> 'per_window')::integer;
  v_remaining constant integer := case when p_message ->> 'limited' = 'PRIMARY' then 0
                                       else (p_message ->> 'remaining')::integer end;
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
    q.remaining := case when q.remaining is not null then greatest(q.remaining - v_charged, 0) end;
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

  v_foreign := q.used - q.base_used - q.spent - q.lost - (
    select coalesce(sum(cost), 0) from quota_permit where owner = v_owner and resource = v_resource);

  if v_foreign > q.unexplained then
    -- Others spend: bulk pays for it in time.
    update quota_lane
    set paced_to = least(q.reset_at, greatest(paced_to, p_now)
          + (v_foreign - q.unexplained) * (q.reset_at - p_now) / greatest(q.remaining, 1))
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
$$;

-- The server said "too fast". Answers to what was on its way meanwhile say the same once more: while the
-- owner is blocked they prolong the block at the most.
create function quota_strike(p_owner text, p_retry_after double precision, p_now timestamptz) returns void
language sql
set search_path = backstitch, pg_temp
as $$
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
$$;

-- Takes what one worker has to ask and to tell, and answers the asks. One transaction, one round trip.
--
-- A message is an object with kind, owner, resource and permit, and
--   ask:    lane, cost, writes, waited, further, random (0 to 1), holder, rules
--   learn:  see quota_learn
--   finish: nothing more; what the permit has not spent is free again
--
-- By owner, in order, so that two workers never wait for each other in a circle.
--
-- The commit does not wait for the disk, so that the owner's row is locked for as short as can be. What a
-- crash of the server forgets is the last half second of bookkeeping: permits of calls that were on their
-- way, at most as many as may be at once. Their answers tell what they spent.
create function quota_exchange(p_messages jsonb, p_now timestamptz default null)
returns table (message integer, verdict text, wait_until timestamptz, reason text)
language plpgsql
security definer
set search_path = backstitch, pg_temp
as $$
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
$$;

-- It runs with its owner's rights, for whoever was given it; the others are parts of it.
revoke execute on function quota_exchange(jsonb, timestamptz) from public;
