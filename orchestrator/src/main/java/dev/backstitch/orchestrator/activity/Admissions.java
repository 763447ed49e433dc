package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaGate;
import dev.backstitch.orchestrator.quota.QuotaNeed;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Asks for quota before attempts begin, and tells those that must wait. Safe for any thread.
final class Admissions {
  private final QuotaGate quota;
  private final AttemptOutcome outcome;
  private final InstantSource clock;

  Admissions(QuotaGate quota, AttemptOutcome outcome, InstantSource clock) {
    this.quota = quota;
    this.outcome = outcome;
    this.clock = clock;
  }

  /// One permit for attempts that begin together, to be closed when they have ended.
  ///
  /// @param report told what became of each if none begins
  /// @return null if none begins
  @Nullable Permit admit(List<Attempt> attempts, BiConsumer<Attempt, Event> report) {
    Attempt first = attempts.getFirst();
    QuotaNeed<Call<?>> need = first.definition().options().quota();
    if (need == null) {
      return Permit.NONE;
    }
    Admission admission;
    try {
      QuotaUse use = need.of(attempts.stream().map(Attempt::call).toList());
      if (use == null) {
        return Permit.NONE;
      }
      admission =
          quota.ask(
              use, first.context().idempotencyKey(), attempts.stream().anyMatch(Attempt::waited));
    } catch (RuntimeException e) {
      // The need is user code; and whatever else it is, the runs must be told.
      tell(attempts, report, attempt -> outcome.threw(attempt, clock.instant(), e));
      return null;
    }
    return switch (admission) {
      case Admission.Granted(Permit permit) -> permit;
      case Admission.Wait(var until, var reason) -> {
        tell(
            attempts,
            report,
            attempt ->
                new Event.ActivityDeferred(
                    attempt.context().ordinal(), attempt.context().attempt(), reason, until));
        yield null;
      }
      case Admission.Refused(var reason) -> {
        PermanentFailureException refused = new PermanentFailureException("quota-refused", reason);
        tell(attempts, report, attempt -> outcome.threw(attempt, clock.instant(), refused));
        yield null;
      }
    };
  }

  private static void tell(
      List<Attempt> attempts, BiConsumer<Attempt, Event> report, Function<Attempt, Event> event) {
    attempts.forEach(attempt -> report.accept(attempt, event.apply(attempt)));
  }
}
