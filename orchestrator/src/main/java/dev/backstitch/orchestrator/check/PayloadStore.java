package dev.backstitch.orchestrator.check;

import java.util.List;

/// 6xx: what is too large for an event's row.
final class PayloadStore {
  private PayloadStore() {}

  private static final Invariant IS_THERE =
      new Invariant(
          "BST-INV-601",
          "Every large payload that an event names is there.",
          """
          select backstitch.run_id_text(h.run_id) || ' has ' || h.event_type || ' at seq ' || h.seq
                   || ' whose payload is missing' as offender,
                 count(*) over () as total
          from backstitch.history h
          where h.payload_hash is not null
            and not exists (
              select
              from backstitch.payload p
              where p.run_id = h.run_id
                and p.hash = h.payload_hash)
          order by h.run_id, h.seq
          limit :limit
          """);

  private static final Invariant IS_WHOLE =
      new Invariant(
          "BST-INV-602",
          "The content of every large payload agrees with its hash.",
          """
          select backstitch.run_id_text(run_id) || ' has a payload of ' || octet_length(content)
                   || ' bytes with another hash than ' || encode(hash, 'hex') as offender,
                 count(*) over () as total
          from backstitch.payload
          where sha256(content) <> hash
          order by run_id, hash
          limit :limit
          """);

  private static final Invariant IS_USED =
      new Invariant(
          "BST-INV-603",
          "Every large payload belongs to an event.",
          """
          select backstitch.run_id_text(p.run_id) || ' has a payload that no event names: '
                   || encode(p.hash, 'hex') as offender,
                 count(*) over () as total
          from backstitch.payload p
          where not exists (
            select
            from backstitch.history h
            where h.run_id = p.run_id
              and h.payload_hash = p.hash)
          order by p.run_id, p.hash
          limit :limit
          """);

  static final List<Invariant> INVARIANTS = List.of(IS_THERE, IS_WHOLE, IS_USED);
}
