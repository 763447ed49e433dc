package dev.backstitch.orchestrator.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The code behind calls that are served many at a time.
///
/// @param <C> the call it serves
/// @param <R> the result that call names
@FunctionalInterface
public interface BatchHandler<C extends Call<R>, R extends @Nullable Object> {

  /// One call of a batch with the attempt it runs in: calls in one batch may come from different
  /// runs and be at different attempts.
  record Item<C>(C call, ActivityContext context) {}

  /// Serves a batch.
  ///
  /// @param items 1 up to [BatchPolicy#max] calls of one group
  /// @return one [BatchResult] per item, in the same order
  /// @throws Exception counts as a failed attempt of every item, so it is for trouble that really
  ///   concerns them all
  List<BatchResult<R>> handle(List<Item<C>> items) throws Exception;
}
