package dev.backstitch.orchestrator.check;

import java.util.List;

/// 7xx: the walls that the schema itself is.
final class SchemaStore {
  private SchemaStore() {}

  // A partition has the row trigger of its parent, which goes to it when it is attached, and one of
  // its own against truncation, which can't be inherited. A parent holds no rows to truncate.
  // 11 is a row trigger before delete, 19 before update, 34 a statement trigger before truncate.
  private static final Invariant TRIGGERS_STAND =
      new Invariant(
          "BST-INV-701",
          "Triggers refuse to change or remove facts, on every partition.",
          """
          with facts as (
            select c.oid, c.relname, c.relkind
            from pg_class c
            where c.oid in ('backstitch.history'::regclass, 'backstitch.payload'::regclass)
            union all
            select c.oid, c.relname, c.relkind
            from pg_inherits i
            join pg_class c
              on c.oid = i.inhrelid
            where i.inhparent in ('backstitch.history'::regclass, 'backstitch.payload'::regclass)
          ),
          wanted as (
            select oid, relname, 'update' as change, 19 as bits from facts
            union all
            select oid, relname, 'delete' as change, 11 as bits from facts
            union all
            select oid, relname, 'truncate' as change, 34 as bits from facts where relkind = 'r'
          )
          select w.relname || ' has no trigger against ' || w.change as offender,
                 count(*) over () as total
          from wanted w
          where not exists (
            select
            from pg_trigger t
            where t.tgrelid = w.oid
              and t.tgfoid = 'backstitch.refuse_change()'::regprocedure
              and t.tgenabled in ('O', 'A')
              and t.tgqual is null
              and t.tgtype::integer & w.bits = w.bits
              and (t.tgtype::integer & 1) = (w.bits & 1))
          order by w.relname, w.change
          limit :limit
          """);

  private static final Invariant PRIVILEGES_ARE_WITHHELD =
      new Invariant(
          "BST-INV-702",
          "Nobody holds the privilege to change or remove facts, the owner included.",
          """
          with facts as (
            select c.oid, c.relname, c.relacl, c.relowner
            from pg_class c
            where c.oid in ('backstitch.history'::regclass, 'backstitch.payload'::regclass)
            union all
            select c.oid, c.relname, c.relacl, c.relowner
            from pg_inherits i
            join pg_class c
              on c.oid = i.inhrelid
            where i.inhparent in ('backstitch.history'::regclass, 'backstitch.payload'::regclass)
          )
          select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee)::text end
                   || ' may ' || lower(a.privilege_type) || ' ' || f.relname as offender,
                 count(*) over () as total
          from facts f,
               aclexplode(coalesce(f.relacl, acldefault('r', f.relowner))) a
          where a.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')
          order by f.relname, a.privilege_type
          limit :limit
          """);

  private static final Invariant PARTITIONS_AHEAD =
      new Invariant(
          "BST-INV-703",
          "There are partitions for this week and the next one.",
          """
          with wanted as (
            select parent || to_char(week at time zone 'UTC', '_IYYY"w"IW') as relname, parent
            from unnest(array['history', 'payload']) as parent,
                 generate_series(
                   date_trunc('week', clock_timestamp(), 'UTC'),
                   date_trunc('week', clock_timestamp(), 'UTC') + interval '7 days',
                   interval '7 days') as week
          )
          select w.relname || ' is missing' as offender,
                 count(*) over () as total
          from wanted w
          where not exists (
            select
            from pg_inherits i
            where i.inhparent = to_regclass('backstitch.' || w.parent)
              and i.inhrelid = to_regclass('backstitch.' || w.relname))
          order by w.relname
          limit :limit
          """);

  private static final Invariant KEYS_ARE_UNIQUE =
      new Invariant(
          "BST-INV-704",
          "Unique indexes guard history, runs, business keys, inbox and outbox.",
          """
          with wanted (relname, columns) as (
            values ('history', 'run_id,seq'),
                   ('payload', 'run_id,hash'),
                   ('run', 'run_id'),
                   ('run', 'workflow,business_key'),
                   ('fence', 'worker_id,lane'),
                   ('inbox', 'run_id,dedup_key'),
                   ('outbox', 'target,key')
          )
          select w.relname || ' has no valid unique index on ' || w.columns as offender,
                 count(*) over () as total
          from wanted w
          where not exists (
            select
            from pg_index i
            where i.indrelid = to_regclass('backstitch.' || w.relname)
              and i.indisunique
              and i.indisvalid
              and w.columns = (
                select string_agg(a.attname, ',' order by k.position)
                from unnest(i.indkey::smallint[]) with ordinality as k (attnum, position)
                join pg_attribute a
                  on a.attrelid = i.indrelid
                  and a.attnum = k.attnum))
          order by w.relname, w.columns
          limit :limit
          """);

  static final List<Invariant> INVARIANTS =
      List.of(TRIGGERS_STAND, PRIVILEGES_ARE_WITHHELD, PARTITIONS_AHEAD, KEYS_ARE_UNIQUE);
}
