-- The oldest build that still works on this schema, named by the newest migration it knows. A build
-- that finds a newer schema than its own starts all the same if it is not older than this: so the
-- workers of a rolling upgrade can be restarted in any order, and an upgrade can be taken back.
--
-- Every migration that such a build can't live with replaces this function.
create function compatible_from() returns text
language sql
immutable
as $$
  select '005'
$$;

revoke execute on function compatible_from() from public;

-- What the view history_json calls runs with the rights of who reads it.
grant execute on function run_id_text(bigint), first_run_id_at(timestamptz) to public;
