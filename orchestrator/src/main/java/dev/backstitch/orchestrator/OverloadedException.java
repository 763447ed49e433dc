package dev.backstitch.orchestrator;

/// This process has as many starts in progress as it takes: nothing of the request was written, and
/// it may be asked again in a moment, or somewhere else. The bound is the process's and counts the
/// starts of all queues together.
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OverloadedException(int startsAtOnce) {
    super("BST-RUN-007: " + startsAtOnce + " starts are in progress; ask again in a moment");
  }
}
