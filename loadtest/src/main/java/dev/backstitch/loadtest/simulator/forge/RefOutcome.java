package dev.backstitch.loadtest.simulator.forge;

/// What became of the wish to move a ref.
public sealed interface RefOutcome {

  record Moved() implements RefOutcome {}

  record NoSuchRef() implements RefOutcome {}

  record Protected(Protection protection) implements RefOutcome {}

  /// The ref stands at a commit that the wanted one does not follow.
  record NoFastForward() implements RefOutcome {}
}
