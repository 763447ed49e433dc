package dev.backstitch.api.timeline;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A run's history, folded into what its page draws. Events go in once each, in order; payloads are
/// not kept.
///
/// Not thread-safe: whoever holds one guards it.
public final class Outline {
  /// The name of the row that holds the durable timers.
  public static final String TIMERS = "timers";

  /// What is drawn of what was said to the run: a drawing with more would show a smear.
  private static final int MOST_MESSAGES = 200;

  private final Map<Integer, CommandTrace> traces = new LinkedHashMap<>();
  private final List<Message> messages = new ArrayList<>();
  private final SortedMap<String, Seqs> seqsByType = new TreeMap<>();
  private final Map<String, Seqs> returns = new HashMap<>();
  private int lastSeq;
  private @Nullable Instant startedAt;
  private @Nullable Instant lastEventAt;
  private boolean closed;

  /// Something that was said to the run from outside.
  record Message(Instant at, String words) {}

  /// Adds events that follow the last one added.
  ///
  /// @throws IllegalStateException if one is missing
  public void addAll(Collection<RecordedEvent> events) {
    events.forEach(this::add);
  }

  private void add(RecordedEvent recorded) {
    if (recorded.seq() != lastSeq + 1) {
      throw new IllegalStateException(
          "run "
              + recorded.runId()
              + ": event "
              + (lastSeq + 1)
              + " was expected, seq was "
              + recorded.seq());
    }
    lastSeq = recorded.seq();
    lastEventAt = recorded.at();
    if (startedAt == null) {
      startedAt = recorded.at();
    }
    seqsByType.computeIfAbsent(recorded.event().type(), _ -> new Seqs()).add(recorded.seq());
    apply(recorded.seq(), recorded.at(), recorded.event());
  }

  private void apply(int seq, Instant at, Event event) {
    switch (event) {
      case Event.RunStarted _ -> {}
      case Event.RunCompleted _ -> closed = true;
      case Event.RunFailed _ -> closed = true;
      case Event.RunCancelled _ -> closed = true;
      case Event.RunTerminated _ -> closed = true;
      case Event.ActivityScheduled(int ordinal, String activity, _, _) ->
          traces.put(ordinal, CommandTrace.activity(ordinal, activity, seq, at));
      case Event.TimerSet(int ordinal, Instant fireAt) ->
          traces.put(ordinal, CommandTrace.timer(ordinal, seq, at, fireAt));
      case Event.ActivityStarted started -> trace(started.ordinal()).startedOnce(at);
      case Event.ActivityAttemptFailed failed ->
          trace(failed.ordinal())
              .attemptFailed(
                  failed.startedAt(), at, failed.attempt(), failed.failure(), failed.retryAt());
      case Event.ActivityDeferred(int ordinal, _, String reason, Instant until) ->
          trace(ordinal).deferred(at, reason, until);
      case Event.ActivityCompleted(int ordinal, int attempt, Instant started, _) -> {
        trace(ordinal).completed(started, at, attempt);
        returns.computeIfAbsent(trace(ordinal).name(), _ -> new Seqs()).add(seq);
      }
      case Event.ActivityFailed failed ->
          trace(failed.ordinal())
              .failed(failed.startedAt(), at, failed.attempt(), failed.failure());
      case Event.ActivityOutcomeUnknown unknown -> trace(unknown.ordinal()).outcomeUnknown(at);
      case Event.TimerFired(int ordinal) -> trace(ordinal).fired(at);
      case Event.TimerCancelled(_, int timer) -> trace(timer).cancelled(at);
      case Event.ActivityCancelled(_, int activity) -> trace(activity).cancelled(at);
      // Instantaneous: the event list has them, the drawing would only show dots.
      case Event.ValueRecorded _ -> {}
      case Event.VersionChosen _ -> {}
      case Event.PostRecorded _ -> {}
      case Event.FinalPostDeclared _ -> {}
      case Event.SignalReceived signal -> said(at, "signal " + signal.name());
      case Event.CancelRequested request -> said(at, "cancel by " + request.actor());
    }
  }

  private void said(Instant at, String words) {
    if (messages.size() < MOST_MESSAGES) {
      messages.add(new Message(at, words));
    }
  }

  private CommandTrace trace(int ordinal) {
    CommandTrace trace = traces.get(ordinal);
    if (trace == null) {
      throw new IllegalStateException(
          "event " + lastSeq + " belongs to command " + ordinal + ", which was never recorded");
    }
    return trace;
  }

  /// The seq of the last event added, 0 if none was.
  public int lastSeq() {
    return lastSeq;
  }

  /// Whether the last event closed the run.
  public boolean isClosed() {
    return closed;
  }

  /// When the first event happened.
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  /// When the last event happened.
  public Optional<Instant> lastEventAt() {
    return Optional.ofNullable(lastEventAt);
  }

  /// The name of the activity behind a command, or of the row of timers.
  public Optional<String> commandName(int ordinal) {
    return Optional.ofNullable(traces.get(ordinal)).map(CommandTrace::name);
  }

  /// How many events there are of each type that occurred, by name of the type.
  public SortedMap<String, Integer> countsByType() {
    var counts = new TreeMap<String, Integer>();
    seqsByType.forEach((type, seqs) -> counts.put(type, seqs.size()));
    return counts;
  }

  /// The seqs of the events with which calls of an activity returned.
  public List<Integer> returnsOf(String activity) {
    Seqs seqs = returns.getOrDefault(activity, new Seqs());
    return pageOf(seqs.size(), seqs::get, false, null, seqs.size());
  }

  /// A page of the event list: the seqs of a type (all types if null) in descending order if
  /// `newestFirst`, starting with the first that lies behind `cursor` in that order.
  ///
  /// @param cursor the last seq of the page before; null for the first page
  public List<Integer> page(
      @Nullable String type, boolean newestFirst, @Nullable Integer cursor, int limit) {
    if (type == null) {
      return pageOf(lastSeq, index -> index + 1, newestFirst, cursor, limit);
    }
    Seqs seqs = seqsByType.get(type);
    return seqs == null ? List.of() : pageOf(seqs.size(), seqs::get, newestFirst, cursor, limit);
  }

  private static List<Integer> pageOf(
      int size, Indexed seqs, boolean newestFirst, @Nullable Integer cursor, int limit) {
    var page = new ArrayList<Integer>();
    int step = newestFirst ? -1 : 1;
    int index = newestFirst ? size - 1 : 0;
    if (cursor != null) {
      index =
          newestFirst ? firstAtLeast(size, seqs, cursor) - 1 : firstAtLeast(size, seqs, cursor + 1);
    }
    for (; index >= 0 && index < size && page.size() < limit; index += step) {
      page.add(seqs.get(index));
    }
    return page;
  }

  /// The first index whose seq is at least that, `size` if there is none.
  private static int firstAtLeast(int size, Indexed seqs, int seq) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (seqs.get(middle) < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private interface Indexed {
    int get(int index);
  }

  List<Message> messages() {
    return Collections.unmodifiableList(messages);
  }

  Collection<CommandTrace> traces() {
    return traces.values();
  }
}
