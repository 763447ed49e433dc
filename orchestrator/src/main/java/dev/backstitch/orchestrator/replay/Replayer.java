package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.catalog.WorkflowDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Plays events to a run's code. See the package for the idea.
///
/// Not safe for several threads: one driver at a time.
public final class Replayer {
  private final RunId runId;
  private final Catalog catalog;
  private final ValueCodec codec;
  private final Fibers fibers;
  private final SignalChannels signals;
  private final Map<Integer, Pending> pending = new TreeMap<>();
  private final Deque<Event> recorded = new ArrayDeque<>();
  private final List<Event> issued = new ArrayList<>();
  private boolean behindHistory = true;
  private boolean closed;
  private int lastOrdinal;
  private Instant now = Instant.EPOCH;
  private Event.@Nullable CancelRequested cancellation;
  private @Nullable Divergence divergence;
  private @Nullable Event ending;
  private @Nullable Throwable thrown;

  /// Makes a run that has not seen an event yet.
  public Replayer(RunId runId, Catalog catalog, ValueCodec codec) {
    this.runId = runId;
    this.catalog = catalog;
    this.codec = codec;
    this.fibers = new Fibers(runId.toString());
    this.signals = new SignalChannels(fibers, codec);
  }

  /// A command that waits for its outcome.
  ///
  /// @param shielded whether it was issued where a cancellation changes nothing
  private record Pending(
      RunPromise<@Nullable Object> promise,
      boolean shielded,
      @Nullable ActivityDefinition activity,
      @Nullable Call<?> call) {}

  /// Plays one event that has just happened.
  ///
  /// @param fact a [Event.RunStarted], an outcome or a message
  /// @param at when it happened: what the code sees as now
  /// @return the new commands it led to, in order; the closing event last, if the code has ended
  public List<Event> play(Event fact, Instant at) {
    issued.clear();
    step(fact, at);
    return takeIssued();
  }

  /// Plays a recorded history from its first event.
  ///
  /// @return commands that the history does not hold yet: none, if it ends where a flush ended
  public List<Event> replay(List<RecordedEvent> history) {
    issued.clear();
    int next = 0;
    while (next < history.size() && divergence == null) {
      RecordedEvent fact = history.get(next++);
      if (fact.event() instanceof Event.AttemptEvent) {
        continue;
      }
      next = expectCommands(history, next);
      behindHistory = next == history.size();
      step(fact.event(), fact.at());
      if (divergence == null && !recorded.isEmpty()) {
        diverge(recorded.getFirst(), "nothing to do there");
      }
    }
    behindHistory = true;
    return takeIssued();
  }

  /// How code and history disagree, if they do. Nothing goes on once this is present.
  public Optional<Divergence> divergence() {
    return Optional.ofNullable(divergence);
  }

  /// What the code threw, if that ended it: for the log, since the history has no stack traces.
  public Optional<Throwable> thrown() {
    return Optional.ofNullable(thrown);
  }

  /// The call behind a command that waits for its outcome.
  public Call<?> call(int ordinal) {
    return Objects.requireNonNull(activity(ordinal).call());
  }

  /// The registered activity behind a command that waits for its outcome.
  public ActivityDefinition definition(int ordinal) {
    return Objects.requireNonNull(activity(ordinal).activity());
  }

  /// Lets no code of the run go on past its next use of the run. Safe for any thread.
  public void forsake() {
    fibers.forsake();
  }

  /// Ends the threads of the run. Nothing can be played any more.
  public void abandon() {
    fibers.abandon();
  }

  // ------------------------------------------------------------------ what the context calls

  RunId runId() {
    return runId;
  }

  Instant now() {
    return now;
  }

  Fibers fibers() {
    return fibers;
  }

  ValueCodec codec() {
    return codec;
  }

  SignalChannels signals() {
    return signals;
  }

  boolean isCancelled() {
    return cancellation != null;
  }

  Catalog catalog() {
    return catalog;
  }

  int nextOrdinal() {
    fibers.current();
    return ++lastOrdinal;
  }

  int lastOrdinal() {
    return lastOrdinal;
  }

  /// Whether the code is where the history has been before.
  boolean isReplaying() {
    return !recorded.isEmpty() || !behindHistory;
  }

  /// The command that the history holds next, if the step is not over there.
  Optional<Event> nextRecorded() {
    return Optional.ofNullable(recorded.peek());
  }

  /// Issues a command: compared with the recorded one, or handed out as new.
  ///
  /// @return the command as the history has it
  Event issue(Event command) {
    Event expected = recorded.poll();
    disagreement(expected, command).ifPresent(this::haltDiverged);
    if (expected == null) {
      issued.add(command);
      return command;
    }
    return expected;
  }

  private Optional<Divergence> disagreement(@Nullable Event expected, Event command) {
    if (expected != null) {
      return CommandMatcher.compare(expected, command, lastOrdinal);
    }
    return behindHistory
        ? Optional.empty()
        : Optional.of(
            new Divergence(lastOrdinal, "no command there", CommandMatcher.describe(command)));
  }

  RunPromise<@Nullable Object> await(
      int ordinal, String label, @Nullable ActivityDefinition activity, @Nullable Call<?> call) {
    RunPromise<@Nullable Object> promise = new RunPromise<>(fibers, label);
    pending.put(ordinal, new Pending(promise, fibers.current().isShielded(), activity, call));
    return promise;
  }

  void forget(int ordinal) {
    pending.remove(ordinal);
  }

  /// Called by a fiber that can't go on with this build. It does not return.
  void haltDiverged(Divergence found) {
    if (divergence == null) {
      divergence = found;
    }
    fibers.haltForEver();
  }

  // ------------------------------------------------------------------ one step

  private void step(Event fact, Instant at) {
    if (closed) {
      diverge(fact, "ended before");
      return;
    }
    now = at;
    switch (fact) {
      case Event.RunStarted started -> begin(started);
      case Event.ActivityCompleted done -> succeed(done, done.result());
      case Event.ActivityFailed failed -> complete(failed, new Outcome.Failed<>(failed.failure()));
      case Event.ActivityOutcomeUnknown unknown -> complete(unknown, new Outcome.Unknown<>());
      case Event.TimerFired fired -> complete(fired, new Outcome.Success<>(null));
      case Event.SignalReceived signal -> signals.receive(signal);
      case Event.CancelRequested request -> cancel(request);
      case Event.RunTerminated _ -> {
        closed = true;
        return;
      }
      case Event.CommandEvent command -> diverge(command, "nothing to do there");
      case Event.RunCompleted ended -> diverge(ended, "not ended there");
      case Event.RunFailed ended -> diverge(ended, "not ended there");
      case Event.RunCancelled ended -> diverge(ended, "not ended there");
      case Event.AttemptEvent attempt ->
          throw new IllegalStateException(attempt.type() + " is nothing that code can see");
    }
    if (divergence == null) {
      fibers.runUntilAllWait();
    }
    Event end = ending;
    if (end != null && divergence == null && !closed) {
      close(end);
    }
  }

  private void begin(Event.RunStarted started) {
    Optional<WorkflowDefinition> definition = catalog.workflow(started.workflow());
    if (definition.isEmpty()) {
      diverge(started, "no workflow of that name");
      return;
    }
    Object input;
    try {
      input = codec.decode(started.input(), definition.get().inputType());
    } catch (IllegalArgumentException e) {
      diverge(started, "an input type that does not fit: " + e.getMessage());
      return;
    }
    if (input == null) {
      diverge(started, "no use for an input of null");
      return;
    }
    fibers.start(() -> runMain(definition.get(), input));
  }

  private void runMain(WorkflowDefinition definition, Object input) {
    try {
      Object result = definition.execute(new ReplayedRunContext(this), input);
      ending = new Event.RunCompleted(codec.encode(result));
    } catch (FiberAbandonedError e) {
      throw e;
    } catch (Exception | StackOverflowError | AssertionError e) {
      Event.CancelRequested asked = cancellation;
      if (asked != null && e instanceof RunCancelledException) {
        ending = new Event.RunCancelled(asked.actor(), asked.reason());
      } else {
        thrown = e;
        ending = new Event.RunFailed(Failure.of(e));
      }
    }
  }

  /// Ends every wait outside a shielded part. The commands that were waited for are cancelled in
  /// their order, before the code hears of it.
  private void cancel(Event.CancelRequested request) {
    cancellation = request;
    Supplier<RunCancelledException> news =
        () -> new RunCancelledException(request.actor(), request.reason());
    List<Integer> open =
        pending.entrySet().stream()
            .filter(entry -> !entry.getValue().shielded())
            .map(Map.Entry::getKey)
            .toList();
    fibers.cancel(news);
    for (int ordinal : open) {
      Pending waiting = Objects.requireNonNull(pending.remove(ordinal));
      lastOrdinal++;
      Event command =
          waiting.activity() == null
              ? new Event.TimerCancelled(lastOrdinal, ordinal)
              : new Event.ActivityCancelled(lastOrdinal, ordinal);
      Event expected = recorded.poll();
      Optional<Divergence> found = disagreement(expected, command);
      if (found.isPresent()) {
        divergence = found.get();
        return;
      }
      if (expected == null) {
        issued.add(command);
      }
      waiting.promise().completeThrowing(news.get());
    }
    signals.cancel(news);
  }

  private void succeed(Event.ActivityCompleted done, Payload result) {
    Pending waiting = pending.get(done.ordinal());
    if (waiting == null || waiting.activity() == null) {
      diverge(done, "no such call");
      return;
    }
    try {
      Object value = codec.decode(result, waiting.activity().resultType());
      complete(done, new Outcome.Success<>(value));
    } catch (IllegalArgumentException e) {
      diverge(done, "a result type that does not fit: " + e.getMessage());
    }
  }

  private void complete(Event.OutcomeEvent event, Outcome<@Nullable Object> outcome) {
    Pending waiting = pending.remove(event.ordinal());
    if (waiting == null) {
      diverge(event, "no command that waits for it");
    } else {
      waiting.promise().complete(outcome);
    }
  }

  private void close(Event end) {
    closed = true;
    Event expected = recorded.poll();
    if (expected != null) {
      CommandMatcher.compare(expected, end, lastOrdinal).ifPresent(found -> divergence = found);
    } else if (behindHistory) {
      issued.add(end);
    } else {
      divergence = new Divergence(lastOrdinal, "more to come", CommandMatcher.describe(end));
    }
  }

  private int expectCommands(List<RecordedEvent> history, int from) {
    int next = from;
    while (next < history.size() && !isFact(history.get(next).event())) {
      Event event = history.get(next++).event();
      if (!(event instanceof Event.AttemptEvent)) {
        recorded.add(event);
      }
    }
    return next;
  }

  /// Whether it lets the code go on, or ends it, so that what follows was caused by it.
  private static boolean isFact(Event event) {
    return switch (event) {
      case Event.OutcomeEvent _, Event.MessageEvent _, Event.RunTerminated _ -> true;
      case Event.CommandEvent _,
          Event.AttemptEvent _,
          Event.RunStarted _,
          Event.RunCompleted _,
          Event.RunFailed _,
          Event.RunCancelled _ ->
          false;
    };
  }

  private void diverge(Event inHistory, String inCode) {
    int ordinal =
        switch (inHistory) {
          case Event.CommandEvent e -> e.ordinal();
          case Event.OutcomeEvent e -> e.ordinal();
          case Event.AttemptEvent e -> e.ordinal();
          case Event.MessageEvent _, Event.Lifecycle _ -> lastOrdinal;
        };
    if (divergence == null) {
      divergence = new Divergence(ordinal, CommandMatcher.describe(inHistory), inCode);
    }
  }

  private List<Event> takeIssued() {
    if (divergence != null) {
      return List.of();
    }
    List<Event> taken = List.copyOf(issued);
    issued.clear();
    return taken;
  }

  private Pending activity(int ordinal) {
    Pending waiting = pending.get(ordinal);
    if (waiting == null || waiting.activity() == null) {
      throw new IllegalStateException("run " + runId + " has no open call " + ordinal);
    }
    return waiting;
  }
}
