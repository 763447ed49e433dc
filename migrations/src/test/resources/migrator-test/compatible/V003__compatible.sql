create function compatible_from() returns text
language sql
immutable
as $$
  select '001'
$$;
