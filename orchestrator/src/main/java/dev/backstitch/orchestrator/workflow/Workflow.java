package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// Deterministic code that a run executes, and executes again after a crash.
///
/// Given the same input and the same recorded events, `run` must issue the same commands in the
/// same order. So it reads no clock, draws no random number, starts no thread and does no I/O: it
/// asks its [RunContext] for all of these. Everything else (locals, loops, lambdas, exceptions) is
/// plain Java.
///
/// A new instance is made for every run that is loaded, so fields may hold the run's state.
///
/// @param <I> the input, decoded from JSON when the run starts
/// @param <O> the result, recorded as JSON when the run completes
public interface Workflow<I, O extends @Nullable Object> {

  /// Runs to the end. Throwing ends the run as failed; [ActivityFailedException] that the code does
  /// not catch is such a case.
  O run(RunContext run, I input);
}
