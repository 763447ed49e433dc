-- What remembers that something was forgotten.
--
-- A server removes, some rows at a time, what nothing depends on any more: what became of the posts of
-- runs that are long over (`post`), old deliveries (`delivery`), why old runs were started (`sync_run`),
-- and which webhooks were accepted (`webhook_delivery`). What is right now never depends on those: the
-- newest version of a key, by which content that has not changed is not sent again, is in `outbox`, and
-- stays.
--
-- Histories tell what was posted for as long as they are kept. Who compares them with `post` has to
-- know up to when posts may be gone: that is written down in the transaction that removes them.
create table post_retention (
  one_row       boolean primary key default true check (one_row),
  -- Posts of runs that were closed before may be gone.
  closed_before timestamptz not null
);
