package dev.backstitch.orchestrator.check;

import java.util.List;

/// 2xx: a command is recorded once, answered at most once, and attempted only while it is open.
///
/// The JSON of these events begins with `{"ordinal":`, which is 11 bytes, and the number behind it.
final class CommandStore {
  private CommandStore() {}

  private static final Invariant NAMED =
      new Invariant(
          "BST-INV-201",
          "Every event about a command says which one.",
          """
          select backstitch.run_id_text(h.run_id)
                   || ' has an unreadable ' || h.event_type || ' at seq ' || h.seq as offender,
                 count(*) over () as total
          from backstitch.history h
          where h.event_type::text = any (:commands || :outcomes || :attempts)
            and encode(
                  substring(
                    case
                      when h.payload_hash is null then h.payload
                      else (
                        select p.content
                        from backstitch.payload p
                        where p.run_id = h.run_id
                          and p.hash = h.payload_hash)
                    end from 1 for 21), 'escape')
                !~ '^{"ordinal":[1-9][0-9]{0,8}[,}]'
          order by h.run_id, h.seq
          limit :limit
          """);

  private static final Invariant NUMBERED_UPWARDS =
      new Invariant(
          "BST-INV-202",
          "The commands of a run are numbered upwards, each number once.",
          """
          with command as (
            select h.run_id, h.seq,
                   substring(
                     encode(
                       substring(
                         case
                           when h.payload_hash is null then h.payload
                           else (
                             select p.content
                             from backstitch.payload p
                             where p.run_id = h.run_id
                               and p.hash = h.payload_hash)
                         end from 12 for 9), 'escape') from '^[0-9]+')::integer as ordinal
            from backstitch.history h
            where h.event_type::text = any (:commands)
          )
          select backstitch.run_id_text(o.run_id)
                   || ' has command ' || o.ordinal || ' at seq ' || o.seq
                   || ' behind command ' || o.before as offender,
                 count(*) over () as total
          from (
            select run_id, seq, ordinal, lag(ordinal) over (partition by run_id order by seq) as before
            from command
          ) o
          where o.ordinal <= o.before
          order by o.run_id, o.seq
          limit :limit
          """);

  private static final Invariant ONE_OUTCOME =
      new Invariant(
          "BST-INV-203",
          "A command has at most one outcome.",
          """
          with outcome as (
            select h.run_id, h.seq,
                   substring(
                     encode(
                       substring(
                         case
                           when h.payload_hash is null then h.payload
                           else (
                             select p.content
                             from backstitch.payload p
                             where p.run_id = h.run_id
                               and p.hash = h.payload_hash)
                         end from 12 for 9), 'escape') from '^[0-9]+')::integer as ordinal
            from backstitch.history h
            where h.event_type::text = any (:outcomes)
          )
          select backstitch.run_id_text(o.run_id)
                   || ' has ' || o.outcomes || ' outcomes of command ' || o.ordinal as offender,
                 count(*) over () as total
          from (
            select run_id, ordinal, count(*) as outcomes
            from outcome
            group by run_id, ordinal
            having count(*) > 1
          ) o
          order by o.run_id, o.ordinal
          limit :limit
          """);

  private static final Invariant ANSWERS_A_COMMAND =
      new Invariant(
          "BST-INV-204",
          "An outcome or an attempt belongs to a command that was recorded before it.",
          """
          with about as (
            select h.run_id, h.seq, h.event_type,
                   substring(
                     encode(
                       substring(
                         case
                           when h.payload_hash is null then h.payload
                           else (
                             select p.content
                             from backstitch.payload p
                             where p.run_id = h.run_id
                               and p.hash = h.payload_hash)
                         end from 12 for 9), 'escape') from '^[0-9]+')::integer as ordinal
            from backstitch.history h
            where h.event_type::text = any (:commands || :outcomes || :attempts)
          )
          select backstitch.run_id_text(o.run_id)
                   || ' has ' || o.event_type || ' of command ' || o.ordinal || ' at seq ' || o.seq
                   || ', but that command is ' || coalesce(o.command, 'not recorded before it')
                   as offender,
                 count(*) over () as total
          from (
            select run_id, seq, event_type::text as event_type, ordinal,
                   max(event_type::text) filter (where event_type::text = any (:commands))
                     over (partition by run_id, ordinal order by seq) as command
            from about
          ) o
          where o.event_type <> all (:commands)
            and (o.command is null
                 or (o.event_type like 'Activity%' and o.command <> 'ActivityScheduled')
                 or (o.event_type like 'Timer%' and o.command <> 'TimerSet'))
          order by o.run_id, o.seq
          limit :limit
          """);

  private static final Invariant ATTEMPTS_WHILE_OPEN =
      new Invariant(
          "BST-INV-205",
          "No attempt is recorded behind its activity's outcome, and no attempt fails twice.",
          """
          with about as (
            select h.run_id, h.seq, h.event_type,
                   substring(
                     encode(
                       substring(
                         case
                           when h.payload_hash is null then h.payload
                           else (
                             select p.content
                             from backstitch.payload p
                             where p.run_id = h.run_id
                               and p.hash = h.payload_hash)
                         end from 12 for 40), 'escape')
                     from '^[0-9]+(?:,"attempt":[0-9]+)?') as which
            from backstitch.history h
            where h.event_type::text = any (:outcomes || :attempts)
          )
          select backstitch.run_id_text(o.run_id)
                   || ' has ' || o.event_type || ' of command ' || o.ordinal || ' at seq ' || o.seq
                   || case when o.over then ' behind its outcome' else ' twice' end as offender,
                 count(*) over () as total
          from (
            select run_id, seq, event_type::text as event_type,
                   split_part(which, ',', 1)::integer as ordinal,
                   bool_or(event_type::text = any (:outcomes))
                     over (partition by run_id, split_part(which, ',', 1) order by seq) as over,
                   count(*) over (partition by run_id, which, event_type) as times
            from about
          ) o
          where o.event_type = any (:attempts)
            and (o.over or (o.event_type = 'ActivityAttemptFailed' and o.times > 1))
          order by o.run_id, o.seq
          limit :limit
          """);

  private static final Invariant ONCE_STARTS_ONCE =
      new Invariant(
          "BST-INV-206",
          "A ONCE activity starts at most once unless it defers itself, and completes only behind that.",
          """
          with about as (
            select h.run_id, h.seq, h.event_type,
                   encode(
                     substring(
                       case
                         when h.payload_hash is null then h.payload
                         else (
                           select p.content
                           from backstitch.payload p
                           where p.run_id = h.run_id
                             and p.hash = h.payload_hash)
                       end from 12 for 400), 'escape') as beginning
            from backstitch.history h
            where h.event_type in (
              'ActivityScheduled', 'ActivityStarted', 'ActivityDeferred', 'ActivityCompleted')
          ),
          tally as (
            select run_id,
                   substring(beginning from '^[0-9]+')::integer as ordinal,
                   bool_or(
                     event_type = 'ActivityScheduled'
                     and beginning ~ '^[0-9]+,"activity":"[^"]*","effect":"ONCE"') as once,
                   count(*) filter (where event_type = 'ActivityStarted') as starts,
                   count(*) filter (where event_type = 'ActivityDeferred') as deferred,
                   count(*) filter (where event_type = 'ActivityCompleted') as completed
            from about
            group by run_id, substring(beginning from '^[0-9]+')
          )
          select backstitch.run_id_text(run_id)
                   || ' has ' || starts || ' starts of command ' || ordinal
                   || ', ' || deferred || ' of them deferred' as offender,
                 count(*) over () as total
          from tally
          where (once and (starts > deferred + 1 or starts < completed))
            or (not once and starts > 0)
          order by run_id, ordinal
          limit :limit
          """);

  static final List<Invariant> INVARIANTS =
      List.of(
          NAMED,
          NUMBERED_UPWARDS,
          ONE_OUTCOME,
          ANSWERS_A_COMMAND,
          ATTEMPTS_WHILE_OPEN,
          ONCE_STARTS_ONCE);
}
