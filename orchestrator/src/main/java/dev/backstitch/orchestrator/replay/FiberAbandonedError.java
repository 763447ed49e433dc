package dev.backstitch.orchestrator.replay;

/// Ends the thread of a fiber that will never be resumed. An error without a stack trace, so that
/// workflow code that catches exceptions does not meet it.
final class FiberAbandonedError extends Error {
  FiberAbandonedError() {
    super("the run left this process", null, false, false);
  }
}
