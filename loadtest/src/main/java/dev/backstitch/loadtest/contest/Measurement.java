package dev.backstitch.loadtest.contest;

import dev.backstitch.loadtest.meter.Cost;

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

  /// Of a stretch of steps, its value what a step costs.
  static Measurement of(long steps, Cost cost) {
    double cpu = cost.cpuMicrosPer(steps);
    return new Measurement(cpu, cpu, cost.engineMicrosPer(steps), cost.walBytesPer(steps), 0, 0);
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
