package dev.backstitch.orchestrator.workflow;

/// Thrown inside a workflow when a call it waits for ended without a value.
public final class ActivityFailedException extends RuntimeException {
  private final String activity;
  private final Failure failure;

  /// @param activity the registered name of the activity
  /// @param failure why it failed; type `outcome-unknown` stands for [Outcome.Unknown]
  public ActivityFailedException(String activity, Failure failure) {
    super("activity " + activity + " failed: " + failure.type() + ": " + failure.message());
    this.activity = activity;
    this.failure = failure;
  }

  /// The registered name of the activity.
  public String activity() {
    return activity;
  }

  /// Why it failed.
  public Failure failure() {
    return failure;
  }
}
