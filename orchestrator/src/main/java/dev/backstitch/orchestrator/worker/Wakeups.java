package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.timer.TimerService;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// What a loaded run has armed, by the ordinal of the command that waits: its timers and the waits
/// between attempts. None of it outlives the run's stay in memory.
///
/// Belongs to the run's turn.
final class Wakeups {
  private final TimerService timers;
  private final Consumer<Fact> deliver;
  private final Map<Integer, TimerService.Armed> armed = new HashMap<>();

  Wakeups(TimerService timers, Consumer<Fact> deliver) {
    this.timers = timers;
    this.deliver = deliver;
  }

  /// Delivers the fact at that time, or at once if it has passed.
  void arm(int ordinal, Instant at, Fact fact) {
    armed.put(ordinal, timers.at(at, () -> deliver.accept(fact)));
  }

  /// It has fired.
  void fired(int ordinal) {
    armed.remove(ordinal);
  }

  /// Nobody waits for it any more.
  void disarm(int ordinal) {
    TimerService.Armed waiting = armed.remove(ordinal);
    if (waiting != null) {
      waiting.cancel();
    }
  }

  void disarmAll() {
    armed.values().forEach(TimerService.Armed::cancel);
    armed.clear();
  }
}
