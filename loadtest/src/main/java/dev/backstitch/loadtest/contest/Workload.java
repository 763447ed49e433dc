package dev.backstitch.loadtest.contest;

import java.util.Arrays;
import java.util.Optional;

/// What is to be done. A step is durable: the one after it starts when it is committed.
public enum Workload {
  /// Runs of ten steps, many at a time.
  STEPS_10("steps-10", "steps/s", 10),
  /// Runs of a hundred steps, many at a time.
  STEPS_100("steps-100", "steps/s", 100),
  /// Runs of one step, many at a time.
  STEPS_1("steps-1", "runs/s", 1),
  /// Runs of three steps, one at a time.
  LATENCY_3("latency-3", "ms", 3),
  /// One-step jobs, many at a time.
  JOBS("jobs", "jobs/s", 1),
  /// What a step costs when its run has a long history.
  LONG_HISTORY("long-history", "us/step", 1),
  /// A process killed with many runs half done, until another one has done them.
  RECOVERY("recovery", "s", 10),
  /// The memory of many runs that wait.
  WAITING("waiting", "MiB", 1);

  private final String label;
  private final String unit;
  private final int steps;

  Workload(String label, String unit, int steps) {
    this.label = label;
    this.unit = unit;
    this.steps = steps;
  }

  /// What it is called on the command line and in the table.
  public String label() {
    return label;
  }

  /// Of the figure in the table.
  public String unit() {
    return unit;
  }

  /// Of each run.
  public int steps() {
    return steps;
  }

  /// Whether runs are started and awaited, and nothing else.
  boolean isPlain() {
    return switch (this) {
      case STEPS_10, STEPS_100, STEPS_1, LATENCY_3, JOBS -> true;
      case LONG_HISTORY, RECOVERY, WAITING -> false;
    };
  }

  /// Whether it is done with several numbers of runs at a time.
  boolean isSwept() {
    return isPlain() && this != LATENCY_3;
  }

  /// The one that is called so.
  public static Optional<Workload> of(String label) {
    return Arrays.stream(values()).filter(workload -> workload.label.equals(label)).findFirst();
  }

  @Override
  public String toString() {
    return label;
  }
}
