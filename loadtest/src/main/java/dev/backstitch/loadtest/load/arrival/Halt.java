package dev.backstitch.loadtest.load.arrival;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The wish that everything end early, in good order. Thread-safe.
public final class Halt {
  private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

  /// Wishes so. The first reason counts.
  public void request(String why) {
    reason.compareAndSet(null, why);
  }

  /// Whether somebody does.
  public boolean isRequested() {
    return reason.get() != null;
  }

  /// Why, if somebody does.
  public Optional<String> reason() {
    return Optional.ofNullable(reason.get());
  }
}
