-- What is addressed to a worker, oldest first, as read_inbox with three parameters (V003), but no more
-- than a page of p_most_bytes: a message may have a megabyte, and a flood of those must not fill the
-- reader's memory. The first message always fits. A worker of the build before reads without this bound.
--
-- The lengths are read from the rows' heads: nothing that is stored out of line is fetched for them.
create function read_inbox(p_worker_id bigint, p_after_id bigint, p_limit integer, p_most_bytes bigint)
returns table (run_id bigint, message_id bigint, event_type text, payload bytea, run_status text)
language plpgsql
stable
set search_path = backstitch, pg_temp
set enable_seqscan = off
as $$
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
$$;

revoke execute on function read_inbox(bigint, bigint, integer, bigint) from public;
