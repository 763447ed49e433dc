package dev.backstitch.loadtest.contest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A workload with so many runs at a time: one point of a sweep.
///
/// @param inFlight how many runs are open at a time, where the workload does not say so itself; an
///   engine warms up with as many in any case
record Point(Workload workload, int inFlight) {

  /// The points of a workload, in the order of the numbers.
  static List<Point> of(Workload workload, List<Integer> inFlight) {
    if (workload == Workload.LATENCY_3) {
      return List.of(new Point(workload, 1));
    }
    if (!workload.isSwept()) {
      return List.of(new Point(workload, inFlight.getFirst()));
    }
    return inFlight.stream().map(number -> new Point(workload, number)).toList();
  }

  /// How many runs were open at a time; null where the workload has a number of its own.
  @Nullable Integer measuredInFlight() {
    return workload.isPlain() ? inFlight : null;
  }

  @Override
  public String toString() {
    return workload.isSwept() ? workload + " with " + inFlight + " in flight" : workload.label();
  }
}
