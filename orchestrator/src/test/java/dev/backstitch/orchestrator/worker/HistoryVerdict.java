package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.checkpoint.SimulatedDatabase;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.replay.Replayer;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// What must be true of every history when everything has come to its end.
final class HistoryVerdict {
  private final SimulatedDatabase database;
  private final Catalog catalog;
  private final Witness witness;
  private final Correspondence correspondence;

  HistoryVerdict(
      SimulatedDatabase database, Catalog catalog, Witness witness, Correspondence correspondence) {
    this.database = database;
    this.catalog = catalog;
    this.witness = witness;
    this.correspondence = correspondence;
  }

  void judge() {
    database
        .writtenByTheDead()
        .forEach(row ->
            witness.violated("worker " + row.workerId() + " wrote after its end: " + row.event()));
    for (RunId run : witness.started()) {
      if (!database.runs().containsKey(run)) {
        witness.violated("run " + run + " was acknowledged and is lost");
      }
    }
    new TreeSet<>(database.runs().keySet()).forEach(this::judge);
  }

  private void judge(RunId run) {
    SimulatedDatabase.RunRow row = Objects.requireNonNull(database.runs().get(run));
    List<RecordedEvent> history = database.history(run);
    if (!row.isClosed()) {
      witness.violated("run " + run + " is " + row + " at the end");
    }
    for (int i = 0; i < history.size(); i++) {
      RecordedEvent event = history.get(i);
      boolean last = i == history.size() - 1;
      if (event.seq() != i + 1
          || (event.event() instanceof Event.RunStarted) != (i == 0)
          || event.event().isClosing() != (last && row.isClosed())) {
        witness.violated("run " + run + " has in place " + (i + 1) + " " + event);
      }
    }
    ending(run, row, history.getLast().event());
    outcomes(run, history);
    correspondence.judge(run, history, database.inbox().messages(run));
    replay(run, history);
  }

  /// The row says what the last event says.
  private void ending(RunId run, SimulatedDatabase.RunRow row, Event last) {
    boolean agree =
        switch (row.status()) {
          case RUNNING, STUCK -> !last.isClosing();
          case COMPLETED -> last instanceof Event.RunCompleted;
          case FAILED -> last instanceof Event.RunFailed;
          case CANCELLED -> last instanceof Event.RunCancelled;
          case TERMINATED -> last instanceof Event.RunTerminated && row.workerId() == null;
        };
    if (!agree) {
      witness.violated("run " + run + " is " + row + " and ends with " + last);
    }
  }

  /// No two outcomes of one command, no result without its effect, no timer before its time.
  private void outcomes(RunId run, List<RecordedEvent> history) {
    Map<Integer, Instant> timers = new HashMap<>();
    Set<Integer> answered = new HashSet<>();
    for (RecordedEvent recorded : history) {
      if (recorded.event() instanceof Event.TimerSet timer) {
        timers.put(timer.ordinal(), timer.fireAt());
      }
      if (recorded.event() instanceof Event.OutcomeEvent outcome
          && !answered.add(outcome.ordinal())) {
        witness.violated("run " + run + " has two outcomes of command " + outcome.ordinal());
      }
      if (recorded.event() instanceof Event.TimerFired fired
          && recorded.at().isBefore(timers.getOrDefault(fired.ordinal(), Instant.MAX))) {
        witness.violated("run " + run + " has a timer that fired early: " + recorded);
      }
      if (recorded.event() instanceof Event.ActivityCompleted done
          && witness.effects(run, done.ordinal()) == 0) {
        witness.violated("run " + run + " has a result of what nobody did: " + recorded);
      }
    }
  }

  private void replay(RunId run, List<RecordedEvent> history) {
    Replayer replayer = new Replayer(run, catalog, SimulatedWorker.CODEC);
    List<Event> behind = replayer.replay(history);
    replayer.divergence().ifPresent(found -> witness.violated(found.explanation()));
    if (!behind.isEmpty()) {
      witness.violated("run " + run + " has commands that were not recorded: " + behind);
    }
    replayer.abandon();
  }
}
