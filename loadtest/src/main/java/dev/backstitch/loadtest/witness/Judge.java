package dev.backstitch.loadtest.witness;

import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Holds what the witness wrote down against the histories. The package's description defines each
/// word. Keeps nothing but the statements; histories are looked at one at a time.
public final class Judge {
  private final Function<RunId, Evidence> evidence;
  private final Findings findings = new Findings();

  /// What was found so far.
  static final class Findings {
    private final List<String> lost = new ArrayList<>();
    private final List<String> repeated = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private long late;

    void lost(RunId run, String what) {
      lost.add(run + " " + what);
    }

    void repeated(RunId run, String what) {
      repeated.add(run + " " + what);
    }

    void violation(RunId run, String what) {
      violations.add(run + " " + what);
    }

    void late() {
      late++;
    }

    private Verdict verdict() {
      return new Verdict(lost, repeated, violations, late);
    }
  }

  /// What the database has of a run.
  ///
  /// @param history its events in order; empty if there is no such run
  /// @param leftSignals the ids of signals that it has accepted and not taken
  public record Evidence(List<RecordedEvent> history, List<String> leftSignals) {
    /// Copies the lists.
    public Evidence {
      history = List.copyOf(history);
      leftSignals = List.copyOf(leftSignals);
    }
  }

  /// A statement and its place in the witness's file.
  record Heard(int place, Statement statement) {}

  private Judge(Function<RunId, Evidence> evidence) {
    this.evidence = evidence;
  }

  /// Judges.
  ///
  /// @param heard every statement, in the order in which the witness heard them
  /// @param evidence what the database has of a run
  public static Verdict judge(List<Statement> heard, Function<RunId, Evidence> evidence) {
    return new Judge(evidence).judge(heard);
  }

  private Verdict judge(List<Statement> heard) {
    Map<RunId, List<Heard>> byRun = new TreeMap<>();
    for (int place = 0; place < heard.size(); place++) {
      Statement statement = heard.get(place);
      byRun
          .computeIfAbsent(statement.run(), _ -> new ArrayList<>())
          .add(new Heard(place, statement));
    }
    idempotencyKeys(heard);
    Map<String, List<KeyedRun>> byKey = new LinkedHashMap<>();
    byRun.forEach((run, statements) -> {
      RecordedRun recorded = RecordedRun.of(run, evidence.apply(run));
      new RunJudge(recorded, statements, findings).judge();
      recorded
          .key()
          .ifPresent(key ->
              byKey
                  .computeIfAbsent(key, _ -> new ArrayList<>())
                  .add(KeyedRun.of(recorded, statements)));
    });
    byKey.values().forEach(this::oneAfterTheOther);
    return findings.verdict();
  }

  /// One key is one call of one run, always.
  private void idempotencyKeys(List<Statement> heard) {
    Map<String, String> callOf = new HashMap<>();
    Map<String, String> keyOf = new HashMap<>();
    for (Statement statement : heard) {
      if (statement instanceof Statement.Begun begun) {
        String call = begun.run() + " command " + begun.ordinal();
        String key = begun.idempotencyKey();
        String otherCall = callOf.putIfAbsent(key, call);
        String otherKey = keyOf.putIfAbsent(call, key);
        if (otherCall != null && !otherCall.equals(call)) {
          findings.violation(
              begun.run(),
              "command " + begun.ordinal() + " has the idempotency key of " + otherCall);
        }
        if (otherKey != null && !otherKey.equals(key)) {
          findings.violation(
              begun.run(),
              "command " + begun.ordinal() + " has two keys: " + otherKey + " and " + key);
        }
      }
    }
  }

  /// When a run of a key worked, as far as that has no excuse.
  ///
  /// @param first the place of its first durable effect, `Integer.MAX_VALUE` if it had none
  /// @param last the place of its last durable effect that has no excuse, -1 if it had none
  private record KeyedRun(RunId run, int first, int last) {

    /// A run that was ended by force may go on for the moment that its owner takes to hear so:
    /// longer, if the owner stands still. What it does behind that word has no place in any order.
    static KeyedRun of(RecordedRun recorded, List<Heard> heard) {
      boolean forced = recorded.endedAs().equals(Optional.of(RunStatus.TERMINATED));
      int first = Integer.MAX_VALUE;
      int last = -1;
      for (Heard one : heard) {
        if (forced
            && one.statement() instanceof Statement.EndAsked(RunId _, RunStatus how)
            && how == RunStatus.TERMINATED) {
          break;
        }
        if (one.statement() instanceof Statement.Begun begun && RunJudge.isDurable(begun)) {
          first = Math.min(first, one.place());
          if (!forced && !RunJudge.isExcused(begun)) {
            last = Math.max(last, one.place());
          }
        }
      }
      return new KeyedRun(recorded.run(), first, last);
    }
  }

  /// The runs of a key, in the order in which they began to work. Their ids don't tell it: an id is
  /// made when a start is asked for, and the start may become durable much later.
  private void oneAfterTheOther(List<KeyedRun> runs) {
    int lastSoFar = -1;
    RunId before = null;
    for (KeyedRun run : runs.stream().sorted(Comparator.comparingInt(KeyedRun::first)).toList()) {
      if (before != null && run.first() < lastSoFar) {
        findings.violation(
            before, "still worked when " + run.run() + ", the next one with its key, did");
      }
      if (run.last() > lastSoFar) {
        lastSoFar = run.last();
        before = run.run();
      }
    }
  }
}
