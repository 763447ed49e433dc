package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.run.RunId;

/// A start lost its business key to a run that was closed a moment later: it may be tried again.
public final class KeyContendedException extends RuntimeException {

  KeyContendedException(RunId id) {
    super("run " + id + " lost its key to a run that has closed since");
  }
}
