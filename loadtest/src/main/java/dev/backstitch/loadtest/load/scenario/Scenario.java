package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.report.Measurement;
import dev.backstitch.loadtest.load.workload.LoadModule;
import java.util.List;

/// A way to put load on an engine, and to measure it.
public sealed interface Scenario permits Repetition, Timers, LongHistories, Mixture {

  /// Measures. Opens and closes the engine it needs, and ends within the setting's bounds.
  List<Measurement> measure(Scene scene, Setting setting) throws InterruptedException;

  /// The scenario that a setting names.
  static Scenario of(Setting setting) {
    return switch (setting.scenario()) {
      case STEPS, LATENCY ->
          new Repetition(
              new RunWorkload(LoadModule.STEPS, setting.steps(), setting.payloadBytes()));
      case FANOUT ->
          new Repetition(
              new RunWorkload(LoadModule.FANOUT, setting.steps(), setting.payloadBytes()));
      case SIGNALS -> new Repetition(new SignalWorkload());
      case SYNC -> new Repetition(new SyncWorkload());
      case TIMERS -> new Timers();
      case LONG_HISTORY -> new LongHistories();
      case MIXED -> new Mixture();
    };
  }
}
