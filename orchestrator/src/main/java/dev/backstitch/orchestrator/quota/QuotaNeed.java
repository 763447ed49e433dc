package dev.backstitch.orchestrator.quota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says what calls of an activity need of a quota. Quick, and a function of the calls alone.
///
/// @param <C> the call
@FunctionalInterface
public interface QuotaNeed<C> {

  /// What these calls need together: one, or those of one batch.
  ///
  /// @return null if they need none
  @Nullable QuotaUse of(List<? extends C> calls);
}
