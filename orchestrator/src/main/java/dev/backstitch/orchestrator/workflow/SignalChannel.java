package dev.backstitch.orchestrator.workflow;

import java.time.Duration;
import java.util.Optional;

/// The signals of one name that a run is sent, each received once, in the order in which they were
/// accepted. What comes before the code asks for it waits.
///
/// Receiving is no command: the history holds the signals themselves.
public interface SignalChannel<T> {

  /// The next signal that nobody has received or been promised, when it comes. A promise takes its
  /// signal even if nobody waits for it any more, so a wait with an end is [#receive(Duration)].
  Promise<T> next();

  /// Waits for the next signal.
  ///
  /// @throws UnreadableSignalException if its payload is no `T`
  default T receive() {
    return next().get();
  }

  /// Waits for the next signal, but no longer than this. Issues commands as
  /// [RunContext#awaitUntil].
  ///
  /// @throws UnreadableSignalException if its payload is no `T`
  Optional<T> receive(Duration timeout);

  /// The next signal if there is one already.
  ///
  /// @throws UnreadableSignalException if its payload is no `T`
  Optional<T> poll();
}
