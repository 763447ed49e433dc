package dev.backstitch.orchestrator.workflow;

/// What an activity does to the world, which decides when it may start and what a crash means.
public enum Effect {
  /// Changes nothing: may be repeated, and may run on facts that are not durable yet.
  READ,

  /// Changes something. Everything the workflow has seen is durable before it starts. It runs at
  /// least once, with an idempotency key that is the same on every attempt.
  WRITE,

  /// As [#WRITE], but never repeated after it may have begun: if its process dies meanwhile, the
  /// outcome is [Outcome.Unknown].
  ONCE
}
