package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.Nullable;

/// The code behind a [Call]. It may do anything: I/O, blocking, clocks. It runs on a virtual
/// thread, is interrupted when its time is over, and may be run again.
///
/// @param <C> the call it serves
/// @param <R> the result that call names
@FunctionalInterface
public interface ActivityHandler<C extends Call<R>, R extends @Nullable Object> {

  /// Serves one call.
  ///
  /// @throws PermanentFailureException if no further attempt can help
  /// @throws DeferredException if it must wait first, which costs no attempt
  /// @throws Exception any other failure is retried by the activity's [RetryPolicy]
  R handle(C call, ActivityContext context) throws Exception;
}
