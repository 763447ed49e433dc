create table second (id bigint primary key);
