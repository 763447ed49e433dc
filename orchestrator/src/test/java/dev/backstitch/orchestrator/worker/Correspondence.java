package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.run.RunId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What those who had something to say to runs were told, and what must be true of it in the end.
///
/// A sender numbers its signals from 0, and sends one when the one before was accepted. So whatever
/// happens, a run has heard the first few of each sender, each once and in order; and what was
/// accepted and not heard still waits, because the run ended before.
final class Correspondence {
  private final Witness witness;
  private final Set<Letter> accepted = new HashSet<>();
  private final Set<Letter> refused = new HashSet<>();
  private final Set<RunId> cancelled = new HashSet<>();
  private final Set<RunId> terminated = new HashSet<>();
  private int taken;
  private int left;
  private int cancelledRuns;
  private int terminatedRuns;

  Correspondence(Witness witness) {
    this.witness = witness;
  }

  /// One signal, whatever its id is.
  record Letter(RunId run, String sender, int number) {

    static Letter of(RunId run, Event.SignalReceived signal) {
      return new Letter(run, signal.actor(), Integer.parseInt(signal.payload().json()));
    }
  }

  /// How much there was of it.
  ///
  /// @param accepted signals that were acknowledged
  /// @param taken signals in histories
  /// @param doubles messages that were taken although the run had had them
  /// @param left messages that a run did not take before its end
  record Tally(int accepted, int taken, int doubles, int left, int cancelled, int terminated) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0);

    Tally plus(Tally other) {
      return new Tally(
          accepted + other.accepted,
          taken + other.taken,
          doubles + other.doubles,
          left + other.left,
          cancelled + other.cancelled,
          terminated + other.terminated);
    }
  }

  Tally tally() {
    return new Tally(
        accepted.size(), taken, witness.doubles(), left, cancelledRuns, terminatedRuns);
  }

  /// The sender of a signal was answered.
  void answered(Letter letter, SendResult answer) {
    switch (answer) {
      case SendResult.Accepted _ -> accepted.add(letter);
      case SendResult.Closed _ -> refused.add(letter);
      case SendResult.Full _ -> {}
      case SendResult.UnknownRun _ -> witness.violated("nobody knows the run of " + letter);
    }
  }

  /// Whoever wants the run to end was told that the run will hear of it.
  void cancelAccepted(RunId run) {
    cancelled.add(run);
  }

  /// Whoever ended the run was told that it is over.
  void terminated(RunId run) {
    terminated.add(run);
  }

  // ------------------------------------------------------------------ in the end

  /// @param waiting what is in the run's inbox
  void judge(RunId run, List<RecordedEvent> history, List<Event> waiting) {
    List<Event> events = history.stream().map(RecordedEvent::event).toList();
    List<Letter> heard = letters(run, events);
    List<Letter> unheard = letters(run, waiting);
    taken += heard.size();
    left += waiting.size();
    heard.stream().map(Letter::sender).distinct().forEach(sender -> inOrder(sender, heard));
    if (Set.copyOf(unheard).size() != unheard.size()) {
      witness.violated("run " + run + " has one thing waiting twice: " + unheard);
    }
    of(run, accepted)
        .filter(letter -> !heard.contains(letter) && !unheard.contains(letter))
        .forEach(letter -> witness.violated("accepted and lost: " + letter));
    of(run, refused)
        .filter(letter -> heard.contains(letter) || unheard.contains(letter))
        .forEach(letter -> witness.violated("refused and there: " + letter));
    cancellation(run, events, waiting);
    termination(run, events.getLast());
  }

  private void inOrder(String sender, List<Letter> heard) {
    List<Integer> numbers =
        heard.stream()
            .filter(letter -> letter.sender().equals(sender))
            .map(Letter::number)
            .toList();
    if (!numbers.equals(IntStream.range(0, numbers.size()).boxed().toList())) {
      RunId run = heard.getFirst().run();
      witness.violated("run " + run + " heard of " + sender + " in this order: " + numbers);
    }
  }

  private void cancellation(RunId run, List<Event> events, List<Event> waiting) {
    long requests = events.stream().filter(Event.CancelRequested.class::isInstance).count();
    boolean ended = events.getLast() instanceof Event.RunCancelled;
    boolean waits = waiting.stream().anyMatch(Event.CancelRequested.class::isInstance);
    if (requests > 1 || (ended && requests == 0)) {
      witness.violated("run " + run + " was cancelled " + requests + " times");
    }
    if (cancelled.contains(run) && requests == 0 && !waits) {
      witness.violated("accepted and lost: the cancellation of run " + run);
    }
    cancelledRuns += ended ? 1 : 0;
  }

  private void termination(RunId run, Event last) {
    boolean ended = last instanceof Event.RunTerminated;
    if (terminated.contains(run) && !ended) {
      witness.violated("run " + run + " was terminated and ends with " + last);
    }
    terminatedRuns += ended ? 1 : 0;
  }

  private static List<Letter> letters(RunId run, List<Event> events) {
    return events.stream()
        .filter(Event.SignalReceived.class::isInstance)
        .map(event -> Letter.of(run, (Event.SignalReceived) event))
        .toList();
  }

  private static Stream<Letter> of(RunId run, Set<Letter> letters) {
    return letters.stream().filter(letter -> letter.run().equals(run));
  }
}
