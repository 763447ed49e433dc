package dev.backstitch.orchestrator.check;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/// How the statements of the invariants are asked, and how large the database is that they look at.
final class SnapshotStore {
  private SnapshotStore() {}

  /// @param exactFence whether commit times are kept
  record Size(Instant at, long runs, long events, boolean exactFence) {}

  /// @param total how many offenders there are in all
  record Offence(String offender, long total) {}

  private static final String HAS_SCHEMA =
      """
      select to_regclass('backstitch.history') is not null
      """;

  static boolean hasSchema(Handle handle) {
    return handle.createQuery(HAS_SCHEMA).mapTo(Boolean.class).one();
  }

  private static final String SIZE =
      """
      select clock_timestamp() as at,
             (select count(*) from backstitch.run) as runs,
             (select count(*) from backstitch.history) as events,
             current_setting('track_commit_timestamp')::boolean as exact_fence
      """;

  static Size size(Handle handle) {
    return handle
        .createQuery(SIZE)
        .map((rows, _) ->
            new Size(
                rows.getTimestamp("at").toInstant(),
                rows.getLong("runs"),
                rows.getLong("events"),
                rows.getBoolean("exact_fence")))
        .one();
  }

  /// Asks one invariant. A statement uses those of the parameters that it needs.
  static List<Offence> offences(Handle handle, Invariant invariant, boolean exactFence, int limit) {
    return handle
        .createQuery(invariant.offences())
        .configure(SqlStatements.class, statements -> statements.setUnusedBindingAllowed(true))
        .bindArray("commands", String.class, labels(Event.CommandEvent.class))
        .bindArray("outcomes", String.class, labels(Event.OutcomeEvent.class))
        .bindArray("attempts", String.class, labels(Event.AttemptEvent.class))
        .bindArray("closedStatuses", String.class, closedStatuses())
        .bindArray("closingEvents", String.class, closingEvents())
        .bind("exactFence", exactFence)
        .bind("limit", limit)
        .map((rows, _) -> new Offence(rows.getString("offender"), rows.getLong("total")))
        .list();
  }

  private static List<String> labels(Class<? extends Event> family) {
    return Arrays.stream(Objects.requireNonNull(family.getPermittedSubclasses()))
        .map(Class::getSimpleName)
        .toList();
  }

  private static List<String> closedStatuses() {
    return Arrays.stream(RunStatus.values())
        .filter(RunStatus::isClosed)
        .map(RunStatus::name)
        .toList();
  }

  /// In the order of [#closedStatuses]: a run that is `FAILED` ends with a `RunFailed`.
  private static List<String> closingEvents() {
    return closedStatuses().stream()
        .map(status -> "Run" + status.charAt(0) + status.substring(1).toLowerCase(Locale.ROOT))
        .toList();
  }
}
