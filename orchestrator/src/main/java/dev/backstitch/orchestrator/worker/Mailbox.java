package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.run.RunId;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The facts that wait for a run, and its turns, of which there is one at a time.
///
/// [#put], [#turnLater] and [#turnHere] are safe for any thread. Everything else belongs to the
/// turn.
final class Mailbox {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private final RunId id;
  private final Turns turns;
  private final Runnable turn;
  private final Queue<Fact> facts = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean turning = new AtomicBoolean();

  /// What runs turns.
  ///
  /// @param later each on a virtual thread of its own
  /// @param here on the thread that asks, which is a virtual one and has nothing left to do: that
  ///   saves the start of another
  record Turns(Executor later, Executor here) {}

  Mailbox(RunId id, Turns turns, Runnable turn) {
    this.id = id;
    this.turns = turns;
    this.turn = turn;
  }

  void put(Fact fact) {
    facts.add(fact);
  }

  /// Sees to it that a turn takes out what is in.
  void turnLater() {
    turn(turns.later());
  }

  /// As [#turnLater], on this thread if no turn is under way.
  void turnHere() {
    turn(turns.here());
  }

  private void turn(Executor executor) {
    if (turning.compareAndSet(false, true)) {
      try {
        executor.execute(turn);
      } catch (RejectedExecutionException e) {
        // The worker has ended, and what the run had in memory ends with it.
        log.debug("event=turn_dropped run={}", id);
      }
    }
  }

  /// What is put in from here on needs another turn. Look whether something was, behind this.
  void endTurn() {
    turning.set(false);
  }

  @Nullable Fact poll() {
    return facts.poll();
  }

  boolean isEmpty() {
    return facts.isEmpty();
  }

  void clear() {
    facts.clear();
  }
}
