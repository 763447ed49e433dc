package dev.backstitch.orchestrator.quota;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The right of one attempt to spend some quota, and its way to tell what became of it.
///
/// For every request: [#spend] before it, then [#answered] or [#lost]. Safe for any thread.
public final class Permit implements AutoCloseable {

  /// For calls that need no quota: permits everything and tells nobody.
  public static final Permit NONE = new Permit(null, null, "");

  private static final double NANOS = 1e9;

  private final @Nullable QuotaLedger ledger;
  private final @Nullable QuotaUse use;
  private final UUID id = UUID.randomUUID();
  private final String holder;
  private int budget;
  private long renewedNanos;

  Permit(@Nullable QuotaLedger ledger, @Nullable QuotaUse use, String holder) {
    this.ledger = ledger;
    this.use = use;
    this.holder = holder;
    this.budget = use == null ? 0 : use.cost();
    this.renewedNanos = System.nanoTime();
  }

  /// To be called before a request is sent. Asks the ledger if it goes beyond what was granted.
  ///
  /// @param resource what it will be charged to
  /// @param points how many it will probably cost
  /// @param writes how many of them change something
  /// @throws QuotaWaitException if it must wait: nothing is to be sent
  public void spend(String resource, int points, int writes) {
    if (ledger == null || use == null || covers(resource, points)) {
      return;
    }
    switch (ledger.askFurther(this, use.of(resource, points, writes))) {
      case Admission.Granted _ -> renewed();
      case Admission.Wait(var until, var reason) -> throw ledger.wait(reason, until);
      case Admission.Refused(var reason) -> throw ledger.wait(reason, ledger.inAMinute());
    }
  }

  /// Nothing is sent on a permit whose lease may be over: a process that was frozen asks again.
  private synchronized boolean covers(String resource, int points) {
    if (use == null || !use.resource().equals(resource) || points > budget || isStale(use)) {
      return false;
    }
    budget -= points;
    return true;
  }

  private boolean isStale(QuotaUse mine) {
    return (System.nanoTime() - renewedNanos) / NANOS > mine.rules().leaseSeconds();
  }

  private synchronized void renewed() {
    renewedNanos = System.nanoTime();
  }

  /// The answer is there.
  ///
  /// @param resource as in [#spend]
  /// @param points as in [#spend]
  public void answered(String resource, int points, QuotaAnswer answer) {
    if (ledger != null && use != null) {
      ledger.learn(
          QuotaMessages.answered(new QuotaMessages.Sent(use, id, resource, points), answer));
    }
  }

  /// There will be no answer. What the request was sent with counts as spent.
  ///
  /// @param resource as in [#spend]
  /// @param points as in [#spend]
  public void lost(String resource, int points) {
    if (ledger != null && use != null) {
      ledger.learn(QuotaMessages.lost(new QuotaMessages.Sent(use, id, resource, points)));
    }
  }

  /// Gives back what was not spent.
  @Override
  public void close() {
    if (ledger != null && use != null) {
      ledger.finish(QuotaMessages.finish(use, id));
    }
  }

  /// Whether there is nothing to give back.
  public boolean isFree() {
    return ledger == null;
  }

  UUID id() {
    return id;
  }

  String holder() {
    return holder;
  }
}
