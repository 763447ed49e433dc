package dev.backstitch.api.timeline;

import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one command went through, as a row of segments. Not thread-safe: its [Outline] guards it.
final class CommandTrace {
  private final int ordinal;
  private final String name;
  private final int scheduledSeq;
  private final Instant scheduledAt;
  private final List<Segment> settled = new ArrayList<>(2);
  private Ending ending = Ending.OPEN;
  private int failedAttempts;

  // What the command has been doing since the last settled segment ended.
  private Phase waiting;
  private Instant waitingSince;
  private @Nullable Instant waitingUntil;
  private String waitingNote = "";

  private CommandTrace(int ordinal, String name, int seq, Instant at, Phase first) {
    this.ordinal = ordinal;
    this.name = name;
    this.scheduledSeq = seq;
    this.scheduledAt = at;
    this.waiting = first;
    this.waitingSince = at;
  }

  static CommandTrace activity(int ordinal, String name, int seq, Instant at) {
    return new CommandTrace(ordinal, name, seq, at, Phase.QUEUED);
  }

  static CommandTrace timer(int ordinal, int seq, Instant at, Instant fireAt) {
    var trace = new CommandTrace(ordinal, Outline.TIMERS, seq, at, Phase.TIMER);
    trace.waitingUntil = fireAt;
    return trace;
  }

  void attemptFailed(Instant startedAt, Instant at, int attempt, Failure failure, Instant retryAt) {
    failedAttempts++;
    endAttempt(startedAt, at, Phase.FAILED, "attempt " + attempt + ", " + text(failure));
    waitFor(Phase.BACKOFF, at, retryAt, "");
  }

  void deferred(Instant at, String reason, Instant until) {
    settle(waiting, waitingSince, at, waitingNote);
    waitFor(Phase.DEFERRED, at, until, reason);
  }

  void completed(Instant startedAt, Instant at, int attempt) {
    endAttempt(startedAt, at, Phase.SUCCEEDED, attempt > 1 ? "attempt " + attempt : "");
    ending = Ending.COMPLETED;
  }

  void failed(Instant startedAt, Instant at, int attempt, Failure failure) {
    failedAttempts++;
    endAttempt(startedAt, at, Phase.FAILED, "attempt " + attempt + ", " + text(failure));
    ending = Ending.FAILED;
  }

  void startedOnce(Instant at) {
    settle(waiting, waitingSince, at, waitingNote);
    waitFor(Phase.OPEN, at, null, "");
  }

  void outcomeUnknown(Instant at) {
    settle(Phase.UNKNOWN, waitingSince, at, "");
    ending = Ending.UNKNOWN;
  }

  void fired(Instant at) {
    settle(Phase.TIMER, waitingSince, at, "");
    ending = Ending.COMPLETED;
  }

  void cancelled(Instant at) {
    settle(waitingUntil == null ? Phase.OPEN : waiting, waitingSince, at, "no longer needed");
    ending = Ending.CANCELLED;
  }

  private void endAttempt(Instant startedAt, Instant at, Phase phase, String note) {
    // An attempt's start is read from the worker's sense of the database's clock, and may lie a
    // little before the event that caused it.
    Instant start = later(startedAt.isAfter(at) ? at : startedAt, waitingSince);
    if (waiting != Phase.OPEN) {
      settle(waiting, waitingSince, start, waitingNote);
    }
    settle(phase, start, later(at, start), note);
  }

  private void settle(Phase phase, Instant from, Instant to, String note) {
    if (to.isAfter(from) || phase.isWork()) {
      settled.add(new Segment(phase, from, later(to, from), note));
    }
  }

  private void waitFor(Phase phase, Instant since, @Nullable Instant until, String note) {
    waiting = phase;
    waitingSince = since;
    waitingUntil = until;
    waitingNote = note;
  }

  /// The segments up to `now`, an open end included.
  List<Segment> segments(Instant now) {
    if (ending != Ending.OPEN || !now.isAfter(waitingSince)) {
      return List.copyOf(settled);
    }
    var all = new ArrayList<>(settled);
    if (waitingUntil == null) {
      all.add(new Segment(Phase.OPEN, waitingSince, now, waitingNote));
    } else if (waiting == Phase.TIMER || now.isBefore(waitingUntil)) {
      all.add(new Segment(waiting, waitingSince, now, waitingNote));
    } else {
      Instant until = later(waitingUntil, waitingSince);
      all.add(new Segment(waiting, waitingSince, until, waitingNote));
      all.add(new Segment(Phase.OPEN, until, now, ""));
    }
    return all;
  }

  /// How long the attempt took that returned, if one did.
  @Nullable Duration workTime() {
    return ending == Ending.COMPLETED
            && settled.getLast() instanceof Segment(Phase phase, Instant from, Instant to, _)
            && phase == Phase.SUCCEEDED
        ? Duration.between(from, to)
        : null;
  }

  int ordinal() {
    return ordinal;
  }

  String name() {
    return name;
  }

  int scheduledSeq() {
    return scheduledSeq;
  }

  Instant scheduledAt() {
    return scheduledAt;
  }

  Ending ending() {
    return ending;
  }

  int failedAttempts() {
    return failedAttempts;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static String text(Failure failure) {
    return failure.message().isEmpty() ? failure.type() : failure.type() + ": " + failure.message();
  }
}
