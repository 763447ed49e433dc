package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.workflow.ActivityFailedException;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A promise whose waiters are fibers.
final class RunPromise<T extends @Nullable Object> implements Promise<T> {
  private static final Failure UNKNOWN =
      new Failure(
          "outcome-unknown",
          "its process died after it had started; it may or may not have happened");

  private final Fibers fibers;
  private final String label;
  private final List<Fiber> waiters = new ArrayList<>(1);
  private @Nullable Outcome<T> outcome;
  private @Nullable Throwable thrown;

  /// @param label what is waited for, for messages: an activity's name
  RunPromise(Fibers fibers, String label) {
    this.fibers = fibers;
    this.label = label;
  }

  @Override
  public T get() {
    return switch (outcome()) {
      case Outcome.Success<T> success -> success.value();
      case Outcome.Failed<T> failed -> throw exception(failed.failure());
      case Outcome.Unknown<T> _ -> throw new ActivityFailedException(label, UNKNOWN);
    };
  }

  @Override
  public Outcome<T> outcome() {
    Outcome<T> known = outcome;
    while (known == null) {
      Fiber fiber = fibers.current();
      waiters.add(fiber);
      try {
        fibers.pause();
      } catch (RunCancelledException e) {
        waiters.remove(fiber);
        throw e;
      }
      known = outcome;
    }
    return known;
  }

  @Override
  public boolean isDone() {
    return outcome != null;
  }

  void complete(Outcome<T> newOutcome) {
    outcome = newOutcome;
    waiters.forEach(fibers::makeReady);
    waiters.clear();
  }

  /// Completes with what the run's own code threw, which waiters then meet unchanged.
  void completeThrowing(Throwable exception) {
    thrown = exception;
    complete(new Outcome.Failed<>(Failure.of(exception)));
  }

  /// Makes the fiber ready when this is done, without waiting here.
  void addWaiter(Fiber fiber) {
    waiters.add(fiber);
  }

  /// Takes back [#addWaiter]. A fiber that stayed would be woken while it waits for something else,
  /// or after its end.
  void removeWaiter(Fiber fiber) {
    waiters.remove(fiber);
  }

  boolean belongsTo(Fibers other) {
    return fibers.equals(other);
  }

  private RuntimeException exception(Failure failure) {
    return switch (thrown) {
      case null -> new ActivityFailedException(label, failure);
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      case Throwable checked -> new IllegalStateException(checked);
    };
  }
}
