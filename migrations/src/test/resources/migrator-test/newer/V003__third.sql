create table third (id bigint);

create index concurrently third_by_id on third (id);
