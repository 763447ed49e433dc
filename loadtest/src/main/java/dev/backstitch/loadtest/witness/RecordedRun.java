package dev.backstitch.loadtest.witness;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A history, arranged by command.
final class RecordedRun {
  private final RunId run;
  private final boolean started;
  private final @Nullable String key;
  private final @Nullable Event closing;
  private final Map<Integer, Call> calls = new TreeMap<>();
  private final List<String> signals = new ArrayList<>();
  private final Set<String> leftSignals = new HashSet<>();

  /// An activity and what became of it.
  static final class Call {
    private final int ordinal;
    private final int seq;
    private final Effect effect;
    private final String input;
    private final Set<Integer> failedAttempts = new HashSet<>();
    private boolean begun;
    private int outcomeSeq = Integer.MAX_VALUE;
    private int completedAttempt;

    private Call(int ordinal, int seq, Effect effect, String input) {
      this.ordinal = ordinal;
      this.seq = seq;
      this.effect = effect;
      this.input = input;
    }

    int ordinal() {
      return ordinal;
    }

    int seq() {
      return seq;
    }

    Effect effect() {
      return effect;
    }

    String input() {
      return input;
    }

    /// Whether this attempt may have been made: each one before it has failed.
    boolean allows(int attempt) {
      for (int i = 1; i < attempt; i++) {
        if (!failedAttempts.contains(i)) {
          return false;
        }
      }
      return effect != Effect.ONCE || begun;
    }

    /// Where its outcome is; `Integer.MAX_VALUE` if it has none.
    int outcomeSeq() {
      return outcomeSeq;
    }

    /// The attempt that completed, 0 if none did.
    int completedAttempt() {
      return completedAttempt;
    }
  }

  private RecordedRun(RunId run, boolean started, @Nullable String key, @Nullable Event closing) {
    this.run = run;
    this.started = started;
    this.key = key;
    this.closing = closing;
  }

  static RecordedRun of(RunId run, Judge.Evidence evidence) {
    List<RecordedEvent> history = evidence.history();
    String key = null;
    Event closing = null;
    Map<Integer, Call> calls = new HashMap<>();
    List<String> signals = new ArrayList<>();
    for (RecordedEvent recorded : history) {
      Event event = recorded.event();
      if (event instanceof Event.RunStarted e) {
        key = e.key();
      } else if (event instanceof Event.SignalReceived e) {
        signals.add(e.id());
      } else if (event.isClosing()) {
        closing = event;
      } else {
        arrange(calls, recorded.seq(), event);
      }
    }
    RecordedRun result = new RecordedRun(run, !history.isEmpty(), key, closing);
    result.calls.putAll(calls);
    result.signals.addAll(signals);
    result.leftSignals.addAll(evidence.leftSignals());
    return result;
  }

  /// Only activities concern the witness.
  private static void arrange(Map<Integer, Call> calls, int seq, Event event) {
    if (event instanceof Event.ActivityScheduled e) {
      calls.put(e.ordinal(), new Call(e.ordinal(), seq, e.effect(), e.input().json()));
    } else if (event instanceof Event.ActivityStarted e) {
      call(calls, e.ordinal()).begun = true;
    } else if (event instanceof Event.ActivityAttemptFailed e) {
      call(calls, e.ordinal()).failedAttempts.add(e.attempt());
    } else if (event instanceof Event.ActivityCompleted e) {
      call(calls, e.ordinal()).completedAttempt = e.attempt();
      call(calls, e.ordinal()).outcomeSeq = seq;
    } else if (event instanceof Event.ActivityFailed e) {
      call(calls, e.ordinal()).outcomeSeq = seq;
    } else if (event instanceof Event.ActivityOutcomeUnknown e) {
      call(calls, e.ordinal()).outcomeSeq = seq;
    }
  }

  /// An outcome without its command is the invariant checker's to report; here it is a call that
  /// was never made.
  private static Call call(Map<Integer, Call> calls, int ordinal) {
    return calls.computeIfAbsent(ordinal, o -> new Call(o, Integer.MAX_VALUE, Effect.READ, ""));
  }

  RunId run() {
    return run;
  }

  boolean hasStarted() {
    return started;
  }

  Optional<String> key() {
    return Optional.ofNullable(key);
  }

  Optional<Event> closing() {
    return Optional.ofNullable(closing);
  }

  /// How it ended, if it has.
  Optional<RunStatus> endedAs() {
    if (closing == null) {
      return Optional.empty();
    } else if (closing instanceof Event.RunCompleted) {
      return Optional.of(RunStatus.COMPLETED);
    } else if (closing instanceof Event.RunCancelled) {
      return Optional.of(RunStatus.CANCELLED);
    } else if (closing instanceof Event.RunTerminated) {
      return Optional.of(RunStatus.TERMINATED);
    }
    return Optional.of(RunStatus.FAILED);
  }

  /// The ids of the signals, as often and in the order in which they are recorded.
  List<String> signals() {
    return List.copyOf(signals);
  }

  /// Whether a signal that was accepted is there: taken, or left behind by a run that had ended.
  boolean hasSignal(String id) {
    return signals.contains(id) || (closing != null && leftSignals.contains(id));
  }

  Optional<Call> call(int ordinal) {
    return Optional.ofNullable(calls.get(ordinal));
  }

  /// By ordinal.
  Iterable<Call> calls() {
    return calls.values();
  }
}
