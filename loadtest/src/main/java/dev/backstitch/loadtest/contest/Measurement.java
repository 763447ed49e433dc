package dev.backstitch.loadtest.contest;

import dev.backstitch.loadtest.meter.Cost;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// One engine, one workload, one round.
///
/// @param value in the workload's unit
record Measurement(
    double value,
    double cpuMicrosPerStep,
    double engineMicrosPerStep,
    double walBytesPerStep,
    double p50Millis,
    double p99Millis) {

  /// Of something that is neither a step nor a run.
  static Measurement of(double value) {
    return new Measurement(value, 0, 0, 0, 0, 0);
  }

  /// Of stretches of steps, its value what a step costs.
  ///
  /// @param steps of all stretches together
  static Measurement of(long steps, List<Cost> stretches) {
    double cpu = sum(stretches, cost -> cost.cpuMicrosPer(steps));
    return new Measurement(
        cpu,
        cpu,
        sum(stretches, cost -> cost.engineMicrosPer(steps)),
        sum(stretches, cost -> cost.walBytesPer(steps)),
        0,
        0);
  }

  private static double sum(List<Cost> stretches, ToDoubleFunction<Cost> figure) {
    return stretches.stream().mapToDouble(figure).sum();
  }

  static Measurement of(Workload workload, Answer.Performed done, Cost cost) {
    long steps = done.runs() * workload.steps();
    double perSecond = steps * 1e9 / done.took().toNanos();
    return new Measurement(
        workload == Workload.LATENCY_3 ? done.p50Millis() : perSecond,
        cost.cpuMicrosPer(steps),
        cost.engineMicrosPer(steps),
        cost.walBytesPer(steps),
        done.p50Millis(),
        done.p99Millis());
  }
}
