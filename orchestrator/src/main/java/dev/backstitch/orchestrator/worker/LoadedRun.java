package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.activity.Attempt;
import dev.backstitch.orchestrator.checkpoint.Checkpoint.RunChange;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.lease.LeaseLostException;
import dev.backstitch.orchestrator.replay.OpenWork;
import dev.backstitch.orchestrator.replay.Replayer;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.workflow.ActivityFailedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A run in memory: an actor that turns facts into events, commands and checkpoints.
///
/// [#deliver], [#deliverHere], [#offer], [#drop], [#terminate] and what tells its state are safe
/// for any thread, those that a lane calls belong to the lane's. Everything else belongs to the
/// turn, of which there is one at a time.
final class LoadedRun {
  private static final Logger log = LoggerFactory.getLogger(LoadedRun.class);

  /// Behind so many a turn makes durable what it has learned: facts may come as fast as it takes
  /// them, and a crash would lose all of them.
  private static final int FACTS_PER_TURN = 50;

  private final RunId id;
  private final String queue;
  private final RunServices services;
  private final Replayer replayer;
  private final CompletableFuture<StartResult> started = new CompletableFuture<>();
  private final Mailbox mailbox;
  private volatile boolean dropped;
  private volatile boolean released;
  private volatile boolean refused;
  private volatile boolean terminated;
  private volatile boolean mayLoseItsKey;
  private volatile long lastActiveNanos = System.nanoTime();
  private volatile boolean idle;
  private final Offers offers = new Offers();

  // Belong to the turn.
  private final OpenWork openWork = new OpenWork();
  private final Launches launches;
  private final Wakeups wakeups;
  private final Draft draft;
  private final ReceivedMessages received = new ReceivedMessages();

  private boolean leaving;
  private int lastSeq;

  LoadedRun(RunId id, String queue, RunServices services) {
    this.id = id;
    this.queue = queue;
    this.services = services;
    this.mailbox = new Mailbox(id, services.turns(), this::turn);
    this.replayer = new Replayer(id, services.catalog(), services.codec());
    this.launches = new Launches(new Attempts(this, replayer)::next);
    this.draft = new Draft(id);
    this.wakeups = new Wakeups(services.timers(), this::deliver);
  }

  RunId id() {
    return id;
  }

  String queue() {
    return queue;
  }

  /// Completes when the run's first checkpoint is durable or has lost its key.
  CompletableFuture<StartResult> started() {
    return started;
  }

  long lastActiveNanos() {
    return lastActiveNanos;
  }

  /// Whether it only waited when its last turn ended: for a timer, a retry, or nothing.
  boolean isIdle() {
    return idle;
  }

  /// Puts a fact into the mailbox and sees to it that a turn takes it out.
  void deliver(Fact fact) {
    mailbox.put(fact);
    if (fact instanceof Fact.Begun || fact instanceof Fact.Claimed) {
      offers.begin();
    }
    mailbox.turnLater();
  }

  /// As [#deliver], from a thread that a turn may keep.
  void deliverHere(Fact.Attempted outcome) {
    mailbox.put(outcome);
    mailbox.turnHere();
  }

  /// Delivers those of the messages that it was not offered before, see [Offers#fresh].
  void offer(List<WaitingMessage> messages, long readNanos) {
    List<WaitingMessage> fresh = offers.fresh(messages, readNanos);
    if (!fresh.isEmpty()) {
      deliver(new Fact.Messages(fresh));
    }
  }

  boolean isDropped() {
    return dropped;
  }

  /// The run was ended from outside: forgets it, whatever its code is doing. Code that never waits
  /// ends when it next asks for something; its thread can't be stopped otherwise.
  void terminate() {
    terminated = true;
    started.complete(new StartResult.Started(id));
    services.gone().accept(this);
    drop();
    services.observer().left(id);
  }

  /// Forgets the run without writing anything: its worker is no more, or it lost its key.
  void drop() {
    dropped = true;
    replayer.forsake();
    started.completeExceptionally(new LeaseLostException(id));
    mailbox.turnLater();
  }

  private void turn() {
    try {
      lastActiveNanos = System.nanoTime();
      if (dropped) {
        release();
        return;
      }
      Fact fact = mailbox.poll();
      for (int taken = 1; fact != null; taken++) {
        // A run that leaves has no use for anything but the news that it could not.
        if (!leaving || fact instanceof Fact.Refused) {
          take(fact);
        }
        fact = taken < FACTS_PER_TURN ? mailbox.poll() : null;
      }
      leaveIfHandedOver();
      startReads();
      checkpoint();
      idle = launches.noneInFlight() && !leaving;
    } catch (RuntimeException | Error e) {
      breakDown(e);
    } finally {
      mailbox.endTurn();
      if ((!mailbox.isEmpty() || dropped) && !released) {
        mailbox.turnLater();
      }
    }
  }

  /// A fault of ours, not of the run: nothing it had in memory can be trusted. What is durable
  /// stays.
  private void breakDown(Throwable fault) {
    log.error("event=turn_broken run={}", id, fault);
    draft.forgetFacts();
    if (draft.hasStart()) {
      started.completeExceptionally(new IllegalStateException("the engine failed", fault));
      services.gone().accept(this);
      drop();
    } else {
      leaving = true;
      draft.change(new RunChange.Stuck("BST-RUN-003: the engine failed: " + fault));
      checkpoint();
    }
  }

  private void take(Fact fact) {
    switch (fact) {
      case Fact.Begun begun -> begin(begun.run());
      case Fact.Claimed claimed -> rebuild(claimed.history());
      case Fact.Attempted(int ordinal, Event event) -> attempted(ordinal, event);
      case Fact.RetryDue due -> {
        wakeups.fired(due.ordinal());
        openWork.activity(due.ordinal()).ifPresent(this::launch);
      }
      case Fact.TimerDue due -> {
        wakeups.fired(due.ordinal());
        if (openWork.timer(due.ordinal()).isPresent()) {
          happened(new Event.TimerFired(due.ordinal()));
        }
      }
      case Fact.Messages(List<WaitingMessage> messages) -> messages.forEach(this::receive);
      case Fact.ParkIfIdle _ -> {
        if (lastSeq > 0 && launches.noneInFlight() && mailbox.isEmpty()) {
          leave(new RunChange.Parked(openWork.nextDue().orElse(null)));
        }
      }
      case Fact.Withdrawn withdrawn -> launches.ended(withdrawn.ordinal());
      case Fact.HandOver _ -> launches.stop();
      case Fact.ParkNow _ -> parkNow();
      case Fact.Refused told -> giveUp(told.problem());
    }
  }

  private void leaveIfHandedOver() {
    if (launches.isStopped() && launches.noneInFlight() && lastSeq > 0) {
      leave(new RunChange.Parked(openWork.nextDue().orElse(null)));
    }
  }

  private void parkNow() {
    if (lastSeq == 0) {
      // It has not begun, and now it will not.
      services.gone().accept(this);
      drop();
      return;
    }
    leave(
        new RunChange.Parked(
            launches.noneInFlight()
                ? openWork.nextDue().orElse(null)
                : services.clock().instant()));
  }

  // ------------------------------------------------------------------ facts

  private void begin(NewRun run) {
    Instant now = services.clock().instant();
    draft.start(run.row(true, now));
    mayLoseItsKey = run.event().key() != null;
    happened(run.event());
  }

  private void rebuild(List<RecordedEvent> history) {
    started.complete(new StartResult.Started(id));
    lastSeq = history.getLast().seq();
    if (history.getLast().event().isClosing()) {
      // Terminated after it was claimed.
      terminate();
      return;
    }
    List<Event> unrecorded = replayer.replay(history);
    history.forEach(recorded -> openWork.apply(recorded.event(), recorded.at()));
    history.forEach(recorded -> received.apply(recorded.event()));
    Instant now = services.clock().instant();
    unrecorded.forEach(command -> record(command, now));
    if (stuckByDivergence()) {
      return;
    }
    for (OpenWork.OpenTimer timer : openWork.timers()) {
      arm(timer);
    }
    for (OpenWork.OpenActivity activity : openWork.activities()) {
      if (activity.begun()) {
        attempted(
            activity.ordinal(),
            new Event.ActivityOutcomeUnknown(activity.ordinal(), activity.attempt()));
      } else if (!launches.isInFlight(activity.ordinal())) {
        launchAt(activity.ordinal(), activity.notBefore());
      }
    }
  }

  /// A message behind the run's end stays in the inbox.
  private void receive(WaitingMessage message) {
    if (leaving) {
      return;
    }
    Event.MessageEvent event;
    try {
      event = message.event();
    } catch (IllegalStateException e) {
      leave(new RunChange.Stuck("BST-RUN-006: a message can't be read: " + e.getMessage()));
      return;
    }
    draft.take(message.messageId());
    if (!received.hasHad(event)) {
      happened(event);
    }
  }

  private void attempted(int ordinal, Event event) {
    if (openWork.activity(ordinal).isEmpty()) {
      return;
    }
    if (event instanceof Event.OutcomeEvent) {
      launches.ended(ordinal);
      happened(event);
    } else if (event instanceof Event.ActivityStarted && launches.isStopped()) {
      // Not begun after all: its next owner begins it.
      launches.ended(ordinal);
    } else {
      record(event, services.clock().instant());
    }
  }

  /// Records a fact that the run's code reacts to, and what it does.
  private void happened(Event fact) {
    Instant now = services.clock().instant();
    record(fact, now);
    List<Event> commands = replayer.play(fact, now);
    commands.forEach(command -> record(command, now));
    replayer.thrown().ifPresent(this::logThrown);
    stuckByDivergence();
  }

  /// The one place where the stack trace of a failed run is kept.
  private void logThrown(Throwable thrown) {
    if (thrown instanceof ActivityFailedException failed) {
      log.info("event=run_failed run={} reason=\"{}\"", id, failed.getMessage());
    } else {
      log.warn("event=run_failed run={}", id, thrown);
    }
  }

  private boolean stuckByDivergence() {
    replayer
        .divergence()
        .ifPresent(divergence -> {
          log.error("event=run_stuck run={} reason=\"{}\"", id, divergence.explanation());
          leave(new RunChange.Stuck(divergence.explanation()));
        });
    return leaving;
  }

  // ------------------------------------------------------------------ recording and reacting

  private void record(Event event, Instant at) {
    lastSeq++;
    draft.add(new RecordedEvent(id, lastSeq, at, event));
    openWork.apply(event, at);
    received.apply(event);
    switch (event) {
      case Event.ActivityScheduled e -> launch(openWork.activity(e.ordinal()).orElseThrow());
      case Event.ActivityStarted e ->
          launches.intended(openWork.activity(e.ordinal()).orElseThrow());
      case Event.ActivityAttemptFailed e -> {
        launches.ended(e.ordinal());
        launchAt(e.ordinal(), e.retryAt());
      }
      case Event.ActivityDeferred e -> {
        launches.ended(e.ordinal());
        launchAt(e.ordinal(), e.until());
      }
      case Event.TimerSet e -> openWork.timer(e.ordinal()).ifPresent(this::arm);
      case Event.TimerCancelled e -> wakeups.disarm(e.timer());
      case Event.ActivityCancelled e -> {
        wakeups.disarm(e.activity());
        launches.cancel(e.activity());
      }
      case Event.RunCompleted _ -> leave(new RunChange.Closed(RunStatus.COMPLETED, at));
      case Event.RunFailed _ -> leave(new RunChange.Closed(RunStatus.FAILED, at));
      case Event.RunCancelled _ -> leave(new RunChange.Closed(RunStatus.CANCELLED, at));
      case Event.RunStarted _,
          Event.RunTerminated _,
          Event.SignalReceived _,
          Event.CancelRequested _,
          Event.ActivityCompleted _,
          Event.ActivityFailed _,
          Event.ActivityOutcomeUnknown _,
          Event.TimerFired _,
          Event.ValueRecorded _,
          Event.PostRecorded _,
          Event.FinalPostDeclared _,
          Event.VersionChosen _ -> {}
    }
  }

  private void launch(OpenWork.OpenActivity activity) {
    launches.launch(activity, !mayLoseItsKey);
  }

  private void launchAt(int ordinal, Instant at) {
    wakeups.arm(ordinal, at, new Fact.RetryDue(ordinal));
  }

  private void arm(OpenWork.OpenTimer timer) {
    wakeups.arm(timer.ordinal(), timer.fireAt(), new Fact.TimerDue(timer.ordinal()));
  }

  /// The rows behind what is durable can't be written, so the run ends here as the history has it.
  private void giveUp(String problem) {
    leaving = true;
    draft.forgetFacts();
    draft.change(new RunChange.Stuck(problem));
    launches.clear();
    services.lane().accept(draft.finish(new LastWord(this, services, problem)));
  }

  private void leave(RunChange reason) {
    if (!leaving) {
      leaving = true;
      draft.change(reason);
    }
  }

  // ------------------------------------------------------------------ durability

  private void startReads() {
    List<Attempt> reads = launches.takeNow();
    if (!reads.isEmpty()) {
      services.activities().submit(reads);
    }
  }

  private void checkpoint() {
    Launches.Waiting waiting = launches.takeWaiting();
    if (draft.isEmpty() && waiting.isEmpty()) {
      return;
    }
    // With nothing to write (a retry) it still goes through the lane: behind everything that was
    // before it, and past the fence, so that a worker whose runs were taken starts nothing.
    Ack ack = new Ack(this, services, waiting, leaving, draft.closing());
    services.lane().accept(draft.finish(ack));
  }

  // What the lane tells, on its thread.

  boolean isRefused() {
    return refused;
  }

  void startIsDurable() {
    mayLoseItsKey = false;
    started.complete(new StartResult.Started(id));
  }

  void lostKey(Optional<RunId> holder) {
    holder.ifPresentOrElse(
        runId -> started.complete(new StartResult.AlreadyOpen(runId)),
        () -> started.completeExceptionally(new KeyContendedException(id)));
    services.gone().accept(this);
    drop();
  }

  void refuse(String problem) {
    refused = true;
    if (started.completeExceptionally(new IllegalStateException(problem))) {
      services.gone().accept(this);
      drop();
    } else {
      deliver(new Fact.Refused(problem));
    }
  }

  // ------------------------------------------------------------------ the end

  private void release() {
    if (!released) {
      released = true;
      leaving = true;
      mailbox.clear();
      wakeups.disarmAll();
      if (terminated) {
        launches.cancelAll();
      }
      replayer.abandon();
    }
  }
}
