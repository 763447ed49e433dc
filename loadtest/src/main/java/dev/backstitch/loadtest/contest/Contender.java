package dev.backstitch.loadtest.contest;

import java.util.Arrays;
import java.util.Optional;

/// Who can take part, and in what.
public enum Contender {
  /// This engine, every step a `WRITE`.
  BACKSTITCH("backstitch"),
  /// A bare program that calls the engine's checkpoint function with the same rows.
  CEILING("ceiling"),
  /// The history as one growing value.
  BASELINE_BLOB("baseline-blob"),
  /// A replay at every step.
  BASELINE_REPLAY("baseline-replay"),
  /// The same, and a request to whoever waits at every step.
  BASELINE_POSTBACK("baseline-postback"),
  /// A row and a commit per event.
  BASELINE_COMMIT_PER_EVENT("baseline-commit-per-event"),
  /// DBOS Transact for Java, on the same PostgreSQL.
  DBOS("dbos"),
  /// Restate, with a log of its own.
  RESTATE("restate"),
  /// db-scheduler, on the same PostgreSQL.
  DB_SCHEDULER("db-scheduler");

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  /// What it is called on the command line and in the table.
  public String label() {
    return label;
  }

  /// Whether it does this.
  public boolean does(Workload workload) {
    return switch (this) {
      case BACKSTITCH -> true;
      case CEILING, BASELINE_REPLAY, BASELINE_POSTBACK, BASELINE_COMMIT_PER_EVENT ->
          isSteps(workload);
      case BASELINE_BLOB -> isSteps(workload) || workload == Workload.LONG_HISTORY;
      case DBOS, RESTATE -> isSteps(workload) || workload == Workload.RECOVERY;
      case DB_SCHEDULER -> workload == Workload.JOBS;
    };
  }

  private static boolean isSteps(Workload workload) {
    return workload.isPlain() && workload != Workload.JOBS;
  }

  /// Whether it is somebody else's, and found on a class path of its own.
  public boolean isPeer() {
    return switch (this) {
      case DBOS, RESTATE, DB_SCHEDULER -> true;
      case BACKSTITCH,
          CEILING,
          BASELINE_BLOB,
          BASELINE_REPLAY,
          BASELINE_POSTBACK,
          BASELINE_COMMIT_PER_EVENT ->
          false;
    };
  }

  /// The one that is called so.
  public static Optional<Contender> of(String label) {
    return Arrays.stream(values()).filter(contender -> contender.label.equals(label)).findFirst();
  }

  @Override
  public String toString() {
    return label;
  }
}
