package dev.backstitch.orchestrator.check;

import java.util.List;

/// 5xx: business keys, the inbox and the outbox.
final class BorderStore {
  private BorderStore() {}

  private static final Invariant ONE_PER_KEY =
      new Invariant(
          "BST-INV-501",
          "One run at most is open per workflow and business key.",
          """
          select backstitch.run_id_text(o.run_id) || ' and ' || (o.runs - 1)
                   || ' more are open with the key ' || o.business_key || ' of ' || o.workflow
                   as offender,
                 count(*) over () as total
          from (
            select workflow, business_key, min(run_id) as run_id, count(*) as runs
            from backstitch.run
            where closed_at is null
              and business_key is not null
            group by workflow, business_key
            having count(*) > 1
          ) o
          order by o.run_id
          limit :limit
          """);

  private static final Invariant ADDRESSEE_EXISTS =
      new Invariant(
          "BST-INV-502",
          "Every inbox message is for a run that exists.",
          """
          select backstitch.run_id_text(i.run_id) || ' does not exist, but has message '
                   || i.message_id as offender,
                 count(*) over () as total
          from backstitch.inbox i
          where not exists (
            select
            from backstitch.run r
            where r.run_id = i.run_id)
          order by i.run_id, i.message_id
          limit :limit
          """);

  private static final Invariant MESSAGE_WAKES =
      new Invariant(
          "BST-INV-503",
          "A run that nobody has in memory does not sleep while a message waits for it.",
          """
          select backstitch.run_id_text(r.run_id) || ' sleeps until ' || r.wake_at
                   || ' with a message in its inbox' as offender,
                 count(*) over () as total
          from backstitch.run r
          where r.status = 'RUNNING'
            and r.worker_id is null
            and r.wake_at > clock_timestamp()
            and exists (
              select
              from backstitch.inbox i
              where i.run_id = r.run_id)
          order by r.run_id
          limit :limit
          """);

  private static final Invariant VERSIONS_GROW =
      new Invariant(
          "BST-INV-504",
          "A target was never delivered a version newer than the recorded one.",
          """
          select backstitch.run_id_text(run_id) || ' recorded seq ' || seq || ' for ' || key || ' of '
                   || target || ', but ' || backstitch.run_id_text(delivered_run_id) || ' seq '
                   || delivered_seq || ' was delivered' as offender,
                 count(*) over () as total
          from backstitch.outbox
          where (delivered_run_id, delivered_seq) > (run_id, seq)
          order by target, key
          limit :limit
          """);

  private static final Invariant POST_IS_WHOLE =
      new Invariant(
          "BST-INV-505",
          "The content of every post agrees with its hash.",
          """
          select backstitch.run_id_text(run_id) || ' posted ' || key || ' to ' || target
                   || ' with another hash' as offender,
                 count(*) over () as total
          from backstitch.outbox
          where sha256(content) <> content_hash
          order by target, key
          limit :limit
          """);

  static final List<Invariant> INVARIANTS =
      List.of(ONE_PER_KEY, ADDRESSEE_EXISTS, MESSAGE_WAKES, VERSIONS_GROW, POST_IS_WHOLE);
}
