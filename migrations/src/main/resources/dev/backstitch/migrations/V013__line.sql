-- The line of those that wait: each of them has one place in it, however often it comes back.
--
-- Until now only those that waited for the first time had a place. Who came back too early was told the
-- first moment at which the pace lets anything through, which is the same moment for all of them. The line
-- behind a reset was even, while the pace behind it slows down, so that most came too early. The crowd of
-- those that had come too early grew, one of them was served each time, and all others were told to wait
-- again: the waits of a call grew with the length of the line.
--
-- Two things have changed.
--
--   The line is as fast as the pace will be. Points that are spent at `spread` of the time to the reset,
--   anew at each ask, leave (1 - x)^(1 / spread) of them when x of that time is over. So the moment at which
--   the n-th of them is spent is known beforehand (quota_behind), and with it each place.
--
--   Who comes too early all the same (others spend, answers are slow) goes to the end of the line. His old
--   place is over and those behind him keep theirs, so nobody is counted twice and no one else is early
--   because of him. To let him stay before them would cost more: only who asks can be told of a new
--   place, so all of them would come too early, too, and be told to wait once more.
--   Where the pace is the bound, he is not turned away by those who come later: who has waited has a quarter
--   more burst than who comes.
--
-- There are three such lines, since a call that waits for the reset must not send one behind the reset that
-- waits for its next second, and a line of writes is slow: of GitHub's hour's worth each is 27 seconds
-- behind the other, for which no read should wait.
--
--   line_to        in this window: the pace, points a minute, calls at a time, and a block
--   write_line_to  of writes that do not wait for the pace: they know no window
--   fresh_to       behind the reset; when that has come, it is the line of the window then
--
-- A place is still a hint, and nothing is held: of those in the line some will never come back. So no
-- line is longer than a window. Who does not fit into this one goes behind the reset, and who does not fit
-- into the one behind it is put between the others there, comes too early, and waits about once more for
-- each window that passes. What a line of dead callers costs is bounded by that.

alter table quota_lane
  add column fresh_to timestamptz not null default '-infinity',
  add column write_line_to timestamptz not null default '-infinity';

-- Until now there was one line, across the reset, and what stands in it keeps its time. As the line behind
-- the reset it is right in either case: what of it lies before the reset counts as this window's.
update quota_lane
set fresh_to = line_to,
    line_to = '-infinity';

-- The next place behind a place, where a lane that spends `p_pace` a point at `p_from`, slowing down as its
-- part shrinks, is spread from there to `p_until`. Null if what is left by then does not pay for the place.
--
-- p_least: no two places are nearer to each other
create function quota_behind(
  p_place timestamptz, p_cost integer, p_from timestamptz, p_until timestamptz, p_pace interval,
  p_spread double precision, p_least interval)
returns timestamptz
language plpgsql
immutable
set search_path = backstitch, pg_temp
as $$
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
$$;

-- How far behind a place in the line of writes the next one is: the line is as fast as its rates let those
-- in it through, who come one after the other from `p_from` on. First they are a second apart or what
-- their points need; when those before this place have used up what a minute gives in advance, as far apart
-- as the minute lets them through; then the hour.
create function quota_write_step(
  p_lane quota_lane, p_ask quota_ask, p_rules quota_rules, p_from timestamptz, p_place timestamptz)
returns interval
language plpgsql
immutable
set search_path = backstitch, pg_temp
as $$
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
$$;

-- Gives one that must wait its place. Pure, as quota_judge is, whose verdict this is. What comes back:
--
--   apart  it stands in this window's line, and the next place is so far behind it
--   fresh  it stands in the line behind the reset, likewise
--
-- With neither of them it stands nowhere and comes when it likes, so chance keeps those apart.
create function quota_place(
  p_verdict quota_verdict,
  p_quota   quota,
  p_lane    quota_lane,
  p_ask     quota_ask,
  p_rules   quota_rules,
  p_random  double precision,
  p_now     timestamptz
)
returns quota_verdict
language plpgsql
immutable
set search_path = backstitch, pg_temp
as $$
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
$$;

-- The arithmetic. Pure: it depends on nothing but its arguments.
--
-- p_outstanding: points granted and not answered yet, by both lanes.
-- p_in_flight:   permits of this lane.
create or replace function quota_judge(
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
$$;

-- Learns from one answer, or from the lack of one. The owner is locked.
--
-- cost:    what of the permit it was sent with
-- charged: what it cost as far as the answer tells
-- answered, succeeded, and if its headers tell: per_window, remaining, used, reset_in (seconds); and how
-- old it is: age (seconds)
-- limited: SECONDARY if the server said "too fast", PRIMARY if "used up"; retry_after in seconds
--
-- PRIMARY may come without headers, when a proxy has removed them. Then nothing is left of the window that
-- is known; if none is, the owner is blocked for as long as the server says, or a minute.
create or replace function quota_learn(p_message jsonb, p_now timestamptz) returns void
language plpgsql
set search_path = backstitch, pg_temp
as $$
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
$$;
