package dev.backstitch.loadtest.witness;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.workflow.Effect;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Holds one run's history against what was heard of it.
final class RunJudge {
  /// Above it a process is taken for one that stood still: ten times what a busy machine does.
  static final long STALL_MILLIS = 100;

  private final RecordedRun recorded;
  private final List<Judge.Heard> heard;
  private final Judge.Findings findings;

  RunJudge(RecordedRun recorded, List<Judge.Heard> heard, Judge.Findings findings) {
    this.recorded = recorded;
    this.heard = heard;
    this.findings = findings;
  }

  /// Whether everything that its code has seen must be durable before it begins.
  static boolean isDurable(Statement.Begun begun) {
    return begun.effect() != Effect.READ;
  }

  static boolean isExcused(Statement.Begun begun) {
    return begun.effect() != Effect.ONCE && begun.stalledMillis() >= STALL_MILLIS;
  }

  void judge() {
    acknowledgements();
    ending();
    signals();
    recordedEffects();
    repetitions();
    Map<Integer, Statement.Begun> first = new HashMap<>();
    for (Judge.Heard one : heard) {
      if (one.statement() instanceof Statement.Begun begun && isDurable(begun)) {
        justification(begun);
        Statement.Begun before = first.putIfAbsent(begun.ordinal(), begun);
        if (before != null) {
          compared(before, begun);
        } else {
          order(begun, first);
        }
      }
    }
  }

  private void acknowledgements() {
    for (Judge.Heard one : heard) {
      switch (one.statement()) {
        case Statement.StartAcknowledged _ -> {
          if (!recorded.hasStarted()) {
            findings.lost(recorded.run(), "was acknowledged as started and is not there");
          }
        }
        case Statement.EndAcknowledged _ -> {
          if (recorded.closing().isEmpty()) {
            findings.lost(recorded.run(), "was acknowledged as ended and has no end");
          }
        }
        case Statement.SignalAcknowledged signal -> {
          if (!recorded.hasSignal(signal.id())) {
            findings.lost(recorded.run(), "accepted signal " + signal.id() + ", and has none");
          }
        }
        case Statement.EndAccepted accepted -> {
          if (recorded.endedAs().filter(how -> how != accepted.how()).isPresent()) {
            findings.lost(
                recorded.run(),
                "was to be " + accepted.how() + ", as was accepted, and is " + recorded.endedAs());
          }
        }
        case Statement.EndAsked _, Statement.Begun _ -> {}
      }
    }
  }

  /// Each once, and those whose acceptance was told one after the other in that order.
  private void signals() {
    List<String> told =
        heard.stream()
            .map(Judge.Heard::statement)
            .filter(Statement.SignalAcknowledged.class::isInstance)
            .map(statement -> ((Statement.SignalAcknowledged) statement).id())
            .filter(recorded.signals()::contains)
            .toList();
    Set<String> once = new LinkedHashSet<>();
    for (String id : recorded.signals()) {
      if (!once.add(id)) {
        findings.repeated(recorded.run(), "heard signal " + id + " again");
      }
    }
    if (!once.stream().filter(told::contains).toList().equals(told)) {
      findings.violation(
          recorded.run(), "heard its signals as " + once + ", but they were accepted as " + told);
    }
  }

  private void ending() {
    Optional<Event> closing = recorded.closing();
    if (recorded.hasStarted() && closing.isEmpty()) {
      findings.violation(recorded.run(), "is still open");
    }
    Set<RunStatus> expected = EnumSet.of(RunStatus.COMPLETED);
    for (Judge.Heard one : heard) {
      if (one.statement() instanceof Statement.EndAsked asked) {
        expected.add(asked.how());
      }
    }
    if (recorded.endedAs().filter(how -> !expected.contains(how)).isPresent()) {
      findings.violation(recorded.run(), "ended with " + closing.orElseThrow());
    }
  }

  /// What completed has happened.
  private void recordedEffects() {
    Set<String> attempts = new HashSet<>();
    for (Judge.Heard one : heard) {
      if (one.statement() instanceof Statement.Begun begun) {
        attempts.add(begun.ordinal() + "/" + begun.attempt());
      }
    }
    for (RecordedRun.Call call : recorded.calls()) {
      if (call.completedAttempt() > 0
          && !attempts.contains(call.ordinal() + "/" + call.completedAttempt())) {
        findings.lost(
            recorded.run(),
            "command "
                + call.ordinal()
                + " is recorded as completed by attempt "
                + call.completedAttempt()
                + ", which never began");
      }
    }
  }

  private void repetitions() {
    int durable = 0;
    Map<String, Integer> durableTo = new HashMap<>();
    for (Judge.Heard one : heard) {
      switch (one.statement()) {
        case Statement.StartAcknowledged _ -> durable = Math.max(durable, 1);
        case Statement.SignalAcknowledged _, Statement.EndAsked _, Statement.EndAccepted _ -> {}
        case Statement.EndAcknowledged _ -> durable = Integer.MAX_VALUE - 1;
        case Statement.Begun begun -> {
          RecordedRun.Call call = recorded.call(begun.ordinal()).orElse(null);
          if (call != null) {
            int known = isDurable(begun) ? durable : durableTo.getOrDefault(begun.process(), 0);
            if (call.outcomeSeq() <= known) {
              again(begun, call);
            } else if (isDurable(begun) && call.seq() != Integer.MAX_VALUE) {
              durable = Math.max(durable, call.seq());
              durableTo.merge(begun.process(), call.seq(), Math::max);
            }
          }
        }
      }
    }
  }

  private void again(Statement.Begun begun, RecordedRun.Call call) {
    if (isExcused(begun)) {
      findings.late();
    } else {
      findings.repeated(
          recorded.run(),
          "command "
              + begun.ordinal()
              + " ("
              + begun.effect()
              + ") was begun by "
              + begun.process()
              + " after its outcome, seq "
              + call.outcomeSeq()
              + ", was durable");
    }
  }

  private void justification(Statement.Begun begun) {
    String what = "command " + begun.ordinal() + " attempt " + begun.attempt() + " began ";
    Optional<RecordedRun.Call> call = recorded.call(begun.ordinal());
    if (call.isEmpty() || call.get().effect() != begun.effect()) {
      findings.violation(recorded.run(), what + "without its command in the history");
      return;
    }
    if (!call.get().input().equals(begun.input())) {
      findings.violation(
          recorded.run(),
          what + "with " + begun.input() + ", but recorded is " + call.get().input());
    }
    if (!call.get().allows(begun.attempt())) {
      findings.violation(recorded.run(), what + "without what must be recorded before it");
    }
  }

  private void compared(Statement.Begun before, Statement.Begun begun) {
    if (begun.effect() == Effect.ONCE) {
      findings.violation(
          recorded.run(),
          "command "
              + begun.ordinal()
              + " (ONCE) began twice, by "
              + before.process()
              + " and by "
              + begun.process());
    }
    if (!before.input().equals(begun.input())) {
      findings.violation(
          recorded.run(),
          "command "
              + begun.ordinal()
              + " began with two inputs, so once on facts that were lost: "
              + before.input()
              + " and "
              + begun.input());
    }
  }

  /// What has an outcome before this one's command must have begun before it.
  private void order(Statement.Begun begun, Map<Integer, Statement.Begun> first) {
    RecordedRun.Call own = recorded.call(begun.ordinal()).orElse(null);
    if (own == null) {
      return;
    }
    for (RecordedRun.Call earlier : recorded.calls()) {
      if (earlier.effect() != Effect.READ
          && earlier.completedAttempt() > 0
          && earlier.outcomeSeq() < own.seq()
          && !first.containsKey(earlier.ordinal())) {
        findings.violation(
            recorded.run(),
            "command "
                + begun.ordinal()
                + " began before command "
                + earlier.ordinal()
                + ", which it waited for");
      }
    }
  }
}
