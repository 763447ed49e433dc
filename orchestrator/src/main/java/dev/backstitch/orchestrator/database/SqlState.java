package dev.backstitch.orchestrator.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// What an SQLSTATE means to the engine. The message text never decides.
public enum SqlState {
  /// The worker's fence row is gone: others own its runs.
  FENCED,
  /// The server or the way to it is in trouble; the same statement may succeed later.
  PASSING,
  /// The statement itself can't succeed.
  REFUSED;

  /// Reads the state of an exception.
  public static SqlState of(SQLException exception) {
    @Nullable String state = exception.getSQLState();
    if (state == null || state.length() != 5) {
      return PASSING;
    }
    if (state.equals("BS001")) {
      return FENCED;
    }
    // Class 08 connection, 25P0x session timeouts, 40 rollback, 53 resources such as a full disk,
    // 57 operator intervention, 58 I/O: https://www.postgresql.org/docs/18/errcodes-appendix.html
    return switch (state.substring(0, 2)) {
      case "08", "40", "53", "57", "58" -> PASSING;
      case "25" -> state.startsWith("25P0") ? PASSING : REFUSED;
      default -> REFUSED;
    };
  }
}
