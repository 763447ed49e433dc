package dev.backstitch.orchestrator.check;

import java.util.List;
import java.util.stream.Stream;

/// One way to break an invariant. `CLOSED` and `ASLEEP` stand for the ids of two runs.
///
/// @param offender what the offender's line must contain
/// @param statements how the invariant is broken
record Break(String code, String offender, List<String> statements) {

  @Override
  public String toString() {
    return code + " " + offender;
  }

  private static Break breaking(String code, String offender, String... statements) {
    return new Break(code, offender, List.of(statements));
  }

  /// The triggers are back in force when the check looks.
  private static Break changing(String code, String offender, String statement) {
    return breaking(
        code,
        offender,
        "grant update, delete on backstitch.history, backstitch.payload to current_user",
        "alter table backstitch.history disable trigger history_is_append_only",
        "alter table backstitch.payload disable trigger payload_is_append_only",
        statement,
        "alter table backstitch.payload enable trigger payload_is_append_only",
        "alter table backstitch.history enable trigger history_is_append_only",
        "revoke update, delete on backstitch.history, backstitch.payload from current_user");
  }

  private static String event(String run, String seq, String type, String payload) {
    return """
    insert into backstitch.history (run_id, seq, event_type, occurred_at, worker_id, payload)
    select %1$s, %2$s, '%3$s', '2026-01-01', min(worker_id), convert_to('%4$s', 'UTF8')
    from backstitch.worker
    """
        .formatted(run, seq, type, payload);
  }

  private static final String NEXT_OF_ASLEEP =
      "(select max(seq) + 1 from backstitch.history where run_id = ASLEEP)";

  static Stream<Break> all() {
    return Stream.of(orderBreaks(), commandBreaks(), ownershipBreaks(), otherBreaks())
        .flatMap(breaks -> breaks);
  }

  private static Stream<Break> orderBreaks() {
    return Stream.of(
        changing(
            "BST-INV-101",
            "ASLEEP has 2 events numbered 1 to 7",
            "update backstitch.history set seq = 7 where run_id = ASLEEP and seq = 2"),
        breaking(
            "BST-INV-102",
            "ASLEEP has RunStarted at seq 3",
            event("ASLEEP", "3", "RunStarted", "{}")),
        breaking(
            "BST-INV-103",
            "CLOSED goes on behind RunCompleted",
            event(
                "CLOSED",
                "(select max(seq) + 1 from backstitch.history where run_id = CLOSED)",
                "VersionChosen",
                "{\"ordinal\":77,\"change\":\"x\",\"version\":1}")),
        breaking(
            "BST-INV-104",
            "CLOSED is FAILED, its closing event is RunCompleted",
            "update backstitch.run set status = 'FAILED' where run_id = CLOSED"),
        breaking(
            "BST-INV-104",
            "ASLEEP is RUNNING, its closing event is RunFailed",
            event("ASLEEP", NEXT_OF_ASLEEP, "RunFailed", "{}")),
        breaking(
            "BST-INV-105",
            "has events and no run",
            event("backstitch.first_run_id_at(clock_timestamp())", "1", "RunStarted", "{}")),
        breaking(
            "BST-INV-106",
            "has no events",
            """
            insert into backstitch.run (run_id, workflow, build, wake_at, created_at)
            values (7, 'w', 'b', now(), now())
            """));
  }

  private static Stream<Break> commandBreaks() {
    return Stream.of(
        breaking(
            "BST-INV-201",
            "ASLEEP has an unreadable ValueRecorded at seq 3",
            event("ASLEEP", "3", "ValueRecorded", "{\"name\":\"x\"}")),
        breaking(
            "BST-INV-202",
            "ASLEEP has command 1 at seq 3 behind command 1",
            event("ASLEEP", "3", "ValueRecorded", "{\"ordinal\":1,\"name\":\"x\"}")),
        breaking(
            "BST-INV-203",
            "ASLEEP has 2 outcomes of command 1",
            event("ASLEEP", "3", "TimerFired", "{\"ordinal\":1}")
                .replace("2026-01-01", "2099-01-01"),
            event("ASLEEP", "4", "TimerFired", "{\"ordinal\":1}")
                .replace("2026-01-01", "2099-01-01"),
            "update backstitch.worker set ended_at = '2100-01-01'"),
        breaking(
            "BST-INV-204",
            "ASLEEP has ActivityFailed of command 9 at seq 3, but that command is not recorded",
            event("ASLEEP", "3", "ActivityFailed", "{\"ordinal\":9,\"attempt\":1}")),
        breaking(
            "BST-INV-204",
            "ASLEEP has ActivityFailed of command 1 at seq 3, but that command is TimerSet",
            event("ASLEEP", "3", "ActivityFailed", "{\"ordinal\":1,\"attempt\":1}")),
        breaking(
            "BST-INV-205",
            "ASLEEP has ActivityAttemptFailed of command 2 at seq 5 behind its outcome",
            event(
                "ASLEEP",
                "3",
                "ActivityScheduled",
                "{\"ordinal\":2,\"activity\":\"Look\",\"effect\":\"READ\",\"input\":1}"),
            event("ASLEEP", "4", "ActivityFailed", "{\"ordinal\":2,\"attempt\":1}"),
            event("ASLEEP", "5", "ActivityAttemptFailed", "{\"ordinal\":2,\"attempt\":1}")),
        breaking(
            "BST-INV-205",
            "ASLEEP has ActivityAttemptFailed of command 2 at seq 4 twice",
            event(
                "ASLEEP",
                "3",
                "ActivityScheduled",
                "{\"ordinal\":2,\"activity\":\"Look\",\"effect\":\"READ\",\"input\":1}"),
            event("ASLEEP", "4", "ActivityAttemptFailed", "{\"ordinal\":2,\"attempt\":1}"),
            event("ASLEEP", "5", "ActivityAttemptFailed", "{\"ordinal\":2,\"attempt\":1}")),
        breaking(
            "BST-INV-206",
            "ASLEEP has 2 starts of command 2",
            event(
                "ASLEEP",
                "3",
                "ActivityScheduled",
                "{\"ordinal\":2,\"activity\":\"Pay\",\"effect\":\"ONCE\",\"input\":1}"),
            event("ASLEEP", "4", "ActivityStarted", "{\"ordinal\":2,\"attempt\":1}"),
            event("ASLEEP", "5", "ActivityStarted", "{\"ordinal\":2,\"attempt\":1}")),
        changing(
            "BST-INV-301",
            "CLOSED has a timer of ",
            """
            update backstitch.history
            set occurred_at = occurred_at - interval '1 minute'
            where event_type = 'TimerFired'
            """),
        breaking(
            "BST-INV-302",
            "ASLEEP has timer 1 set 1 times, fired 1 times, cancelled 1 times",
            event("ASLEEP", "3", "TimerFired", "{\"ordinal\":1}")
                .replace("2026-01-01", "2099-01-01"),
            event("ASLEEP", "4", "TimerCancelled", "{\"ordinal\":2,\"timer\":1}"),
            "update backstitch.worker set ended_at = '2100-01-01'"),
        breaking(
            "BST-INV-303",
            "ASLEEP wakes at infinity, its timer 1 is due at",
            "update backstitch.run set wake_at = 'infinity' where run_id = ASLEEP"));
  }

  private static final String NEW_WORKER =
      """
      insert into backstitch.worker (worker_id, host, process_id, build, lease, registered_at)
      overriding system value
      values (99, 'h', 1, 'b', interval '10 seconds', now() + interval '1 hour')
      """;

  private static Stream<Break> ownershipBreaks() {
    return Stream.of(
        breaking("BST-INV-401", "worker 99 lives with 0 fence rows and 0 heartbeats", NEW_WORKER),
        breaking(
            "BST-INV-401",
            "has ended with 1 fence rows",
            "insert into backstitch.fence (worker_id, lane) select min(worker_id), 0 from backstitch.worker"),
        breaking(
            "BST-INV-402",
            "ASLEEP belongs to worker 98, who never registered",
            "update backstitch.run set worker_id = 98, wake_at = null where run_id = ASLEEP"),
        breaking(
            "BST-INV-402",
            ", who ended at",
            """
            update backstitch.run
            set worker_id = (select min(worker_id) from backstitch.worker), wake_at = null
            where run_id = ASLEEP
            """),
        breaking(
            "BST-INV-403",
            "ASLEEP belongs to nobody and never wakes",
            """
            do $$
            declare
              v_name text;
            begin
              for v_name in
                select conname from pg_constraint where conrelid = 'backstitch.run'::regclass and contype = 'c'
              loop
                execute format('alter table backstitch.run drop constraint %I', v_name);
              end loop;
            end
            $$
            """,
            "update backstitch.run set wake_at = null where run_id = ASLEEP"),
        breaking(
            "BST-INV-404",
            "ASLEEP has ValueRecorded at seq 3 by worker 97, who never registered",
            event("ASLEEP", "3", "ValueRecorded", "{\"ordinal\":2}")
                .replace("min(worker_id)", "min(97)")),
        breaking(
            "BST-INV-405",
            "ASLEEP has ValueRecorded at seq 3",
            event("ASLEEP", "3", "ValueRecorded", "{\"ordinal\":2}")
                .replace("'2026-01-01'", "max(ended_at) + interval '2 seconds'")),
        breaking(
            "BST-INV-406",
            "ASLEEP has seq 4 by worker ",
            NEW_WORKER,
            "insert into backstitch.fence (worker_id, lane) values (99, 0)",
            "insert into backstitch.heartbeat (worker_id) values (99)",
            event("ASLEEP", "3", "ValueRecorded", "{\"ordinal\":2}")
                .replace("min(worker_id)", "min(99)"),
            event("ASLEEP", "4", "ValueRecorded", "{\"ordinal\":3}")),
        breaking(
            "BST-INV-407",
            "worker 99 has been silent since",
            NEW_WORKER,
            NEW_WORKER.replace("99", "96"),
            "insert into backstitch.fence (worker_id, lane) values (99, 0), (96, 0)",
            """
            insert into backstitch.heartbeat (worker_id, beat_at)
            values (99, now() - interval '5 minutes'), (96, now() + interval '1 minute')
            """),
        breaking(
            "BST-INV-408",
            ", which worker 99 with room serves",
            LEFT_ALONE.toArray(String[]::new)));
  }

  /// Behind the end of its worker, with a time that is long before it: only commit times tell.
  static final String WRITTEN_BEHIND_THE_END =
      event("ASLEEP", "3", "ValueRecorded", "{\"ordinal\":2}");

  /// Worker 99 lives, has room, has worked at `ASLEEP`, and leaves it alone, which is long due.
  static final List<String> LEFT_ALONE =
      List.of(
          NEW_WORKER.replace("now() + interval '1 hour'", "now() - interval '1 day'"),
          "insert into backstitch.fence (worker_id, lane) values (99, 0)",
          "insert into backstitch.heartbeat (worker_id, runs, room) values (99, 10, 5)",
          event("ASLEEP", "3", "ValueRecorded", "{\"ordinal\":2}")
              .replace("min(worker_id)", "min(99)"),
          "update backstitch.run set wake_at = now() - interval '6 minutes' where run_id = ASLEEP");

  private static Stream<Break> otherBreaks() {
    return Stream.of(
        breaking(
            "BST-INV-501",
            "ASLEEP and 1 more are open with the key a key of sleeper",
            "drop index backstitch.run_one_open_per_key",
            """
            insert into backstitch.run (run_id, workflow, business_key, build, wake_at, created_at)
            select run_id + 1000000, workflow, business_key, build, 'infinity', created_at
            from backstitch.run
            where run_id = ASLEEP
            """,
            event("(ASLEEP + 1000000)", "1", "RunStarted", "{}"),
            // What stands in for the index here is not what is checked for.
            "create unique index on backstitch.run (workflow, business_key) where run_id < 0"),
        breaking(
            "BST-INV-502",
            "does not exist, but has message",
            """
            insert into backstitch.inbox (run_id, dedup_key, event_type, payload)
            values (5, 'd', 'TimerFired', '')
            """),
        breaking(
            "BST-INV-503",
            "ASLEEP sleeps until",
            """
            insert into backstitch.inbox (run_id, dedup_key, event_type, payload)
            values (ASLEEP, 'd', 'TimerFired', '')
            """),
        breaking(
            "BST-INV-504",
            "CLOSED recorded seq 1 for k of t, but CLOSED seq 2 was delivered",
            """
            do $$
            declare
              v_name text;
            begin
              for v_name in
                select conname from pg_constraint where conrelid = 'backstitch.outbox'::regclass and contype = 'c'
              loop
                execute format('alter table backstitch.outbox drop constraint %I', v_name);
              end loop;
            end
            $$
            """,
            """
            insert into backstitch.outbox
              (target, key, run_id, seq, content, content_hash, delivered_run_id, delivered_seq, delivered_at)
            values ('t', 'k', CLOSED, 1, 'c', sha256('c'), CLOSED, 2, now())
            """),
        breaking(
            "BST-INV-505",
            "CLOSED posted k to t with another hash",
            """
            insert into backstitch.outbox (target, key, run_id, seq, content, content_hash)
            values ('t', 'k', CLOSED, 1, 'c', sha256('d'))
            """),
        breaking(
            "BST-INV-506",
            "ASLEEP recorded a post at seq 3 that the outbox does not know",
            event("ASLEEP", "3", "PostRecorded", "{\"ordinal\":2}")),
        breaking(
            "BST-INV-507",
            "CLOSED is closed, but k of t still waits for its end",
            """
            insert into backstitch.final_post (run_id, target, key, status, content, content_hash)
            values (CLOSED, 't', 'k', 'FAILED', 'c', sha256('c'))
            """),
        breaking(
            "BST-INV-507",
            "CLOSED is closed, and did not post its end",
            """
            delete from backstitch.post p
            where p.run_id = CLOSED
              and p.seq = (select max(h.seq) from backstitch.history h where h.run_id = CLOSED)
            """),
        breaking(
            "BST-INV-508",
            "CLOSED posted k to t at seq 1, which nobody will deliver",
            "insert into backstitch.post (run_id, seq, target, key) values (CLOSED, 1, 't', 'k')"),
        changing(
            "BST-INV-602",
            "CLOSED has a payload of ",
            "update backstitch.payload set content = content || ' '::bytea"),
        breaking(
            "BST-INV-603",
            "CLOSED has a payload that no event names",
            "insert into backstitch.payload (run_id, hash, content) values (CLOSED, sha256('x'), 'x')"),
        breaking(
            "BST-INV-601",
            "ASLEEP has RunFailed at seq 3 whose payload is missing",
            """
            insert into backstitch.history
              (run_id, seq, event_type, occurred_at, worker_id, payload, payload_hash)
            select ASLEEP, 3, 'RunFailed', '2026-01-01', min(worker_id), '', sha256('gone')
            from backstitch.worker
            """,
            """
            update backstitch.run
            set status = 'FAILED', closed_at = now(), wake_at = null
            where run_id = ASLEEP
            """),
        breaking(
            "BST-INV-701",
            "history has no trigger against update",
            "alter table backstitch.history disable trigger history_is_append_only"),
        breaking(
            "BST-INV-701",
            " has no trigger against truncate",
            """
            do $$
            declare
              v_name text := 'history' || to_char(now() at time zone 'UTC', '_IYYY"w"IW');
            begin
              execute format('drop trigger %I on backstitch.%I', v_name || '_is_append_only', v_name);
            end
            $$
            """),
        breaking(
            "BST-INV-702",
            "public may update payload",
            "grant update on backstitch.payload to public"),
        breaking(
            "BST-INV-703",
            " is missing",
            """
            do $$
            begin
              execute format('drop table backstitch.%I',
                'payload' || to_char((now() + interval '7 days') at time zone 'UTC', '_IYYY"w"IW'));
            end
            $$
            """),
        breaking(
            "BST-INV-704",
            "inbox has no valid unique index on run_id,dedup_key",
            "alter table backstitch.inbox drop constraint inbox_run_id_dedup_key_key"));
  }
}
