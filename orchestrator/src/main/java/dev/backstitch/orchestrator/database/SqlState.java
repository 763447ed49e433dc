package dev.backstitch.orchestrator.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What an SQLSTATE means to the engine. The message text never decides.
public enum SqlState {
  /// The worker's fence row is gone: others own its runs.
  FENCED,
  /// The server, the way to it or its setup is in trouble; the same statement may succeed later.
  PASSING,
  /// The rows themselves can't be written.
  REFUSED;

  /// Reads the state of an exception that a statement with rows threw.
  ///
  /// Only what says that the rows are at fault is a refusal, since that stops the runs they came
  /// from. Everything else waits and is shown as trouble: a standby that can't be written (25006),
  /// a missing privilege or function (42), a password that was changed (28) and the unheard-of
  /// concern all runs alike, and somebody will mend them.
  public static SqlState of(SQLException exception) {
    @Nullable String state = exception.getSQLState();
    if (state == null || state.length() != 5) {
      return PASSING;
    }
    if (state.equals("BS001")) {
      return FENCED;
    }
    // Class 21 cardinality, 22 data, 23 integrity, 54 program limits, P0 raised by a trigger, BS
    // our
    // own: https://www.postgresql.org/docs/18/errcodes-appendix.html
    return switch (state.substring(0, 2)) {
      case "21", "22", "23", "54", "P0", "BS" -> REFUSED;
      default -> PASSING;
    };
  }
}
