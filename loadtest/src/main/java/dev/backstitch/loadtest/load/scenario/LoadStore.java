package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.orchestrator.run.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What load tests ask the database, past the engine.
final class LoadStore {
  private LoadStore() {}

  private static final String OPEN =
      """
      select count(*)
      from backstitch.run
      where workflow = :workflow
        and closed_at is null
      """;

  /// How many runs of a workflow are open.
  static long open(Handle handle, String workflow) {
    return handle.createQuery(OPEN).bind("workflow", workflow).mapTo(Long.class).one();
  }

  private static final String ASLEEP =
      """
      select count(*)
      from backstitch.run
      where workflow = :workflow
        and closed_at is null
        and exists (
          select
          from backstitch.history
          where history.run_id = run.run_id
            and history.seq = 2
            and history.event_type = 'TimerSet')
      """;

  /// How many runs of a workflow have begun with a timer, and wait for it.
  static long asleep(Handle handle, String workflow) {
    return handle.createQuery(ASLEEP).bind("workflow", workflow).mapTo(Long.class).one();
  }

  private static final String RESULTS =
      """
      select (convert_from(history.payload, 'UTF8')::json ->> 'result')::bigint as result
      from backstitch.run
      join backstitch.history on history.run_id = run.run_id
      where run.workflow = :workflow
        and run.created_at >= :since
        and history.event_type = 'RunCompleted'
      order by run.run_id
      """;

  /// The results, all of them numbers, of the runs of a workflow that were started since then.
  static List<Long> results(Handle handle, String workflow, Instant since) {
    return handle
        .createQuery(RESULTS)
        .bind("workflow", workflow)
        .bind("since", since)
        .mapTo(Long.class)
        .list();
  }

  private static final String LAST_CLOSED =
      """
      select max(closed_at)
      from backstitch.run
      where workflow = :workflow
      """;

  /// When the last run of a workflow was closed, if any was.
  static Optional<Instant> lastClosed(Handle handle, String workflow) {
    return handle
        .createQuery(LAST_CLOSED)
        .bind("workflow", workflow)
        .mapTo(Instant.class)
        .findOne();
  }

  private static final String NOT_AT =
      """
      select count(*)
      from unnest(:runIds) as wanted (run_id)
      where not exists (
        select
        from backstitch.history
        where history.run_id = wanted.run_id
          and history.seq >= :seq)
      """;

  /// How many of the runs have not come so far in their history.
  static int notAt(Handle handle, int seq, List<RunId> runs) {
    return handle
        .createQuery(NOT_AT)
        .bind("seq", seq)
        .bindArray("runIds", Long.class, runs.stream().map(RunId::value).toList())
        .mapTo(Integer.class)
        .one();
  }

  private static final String NOW =
      """
      select clock_timestamp()
      """;

  /// The database's time.
  static Instant now(Handle handle) {
    return handle.createQuery(NOW).mapTo(Instant.class).one();
  }
}
