package dev.backstitch.api.page;

import dev.backstitch.orchestrator.quota.QuotaState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the page of quotas shows.
///
/// @param rows by owner and resource
public record QuotaPage(List<Row> rows) {

  /// One quota.
  ///
  /// @param left such as `4321 of 5000`
  /// @param granted points that calls on their way may spend
  /// @param blockedWhy empty if nothing is blocked
  public record Row(
      String owner,
      String resource,
      String left,
      String reserve,
      int granted,
      int lost,
      int unexplained,
      @Nullable Moment reset,
      String blockedWhy,
      @Nullable Moment until) {}

  /// Copies the list.
  public QuotaPage {
    rows = List.copyOf(rows);
  }

  static QuotaPage of(List<QuotaState> quotas, Instant now) {
    return new QuotaPage(quotas.stream().map(quota -> row(quota, now)).toList());
  }

  private static Row row(QuotaState quota, Instant now) {
    boolean blocked = quota.blockedUntil() != null;
    Instant until = blocked ? quota.blockedUntil() : quota.bulkWaitsUntil();
    String why = quota.bulkWaitsUntil() == null ? "" : "bulk calls wait for their turn";
    return new Row(
        quota.owner(),
        quota.resource(),
        left(quota),
        quota.reserve() == null ? "" : String.valueOf(quota.reserve()),
        quota.live() + quota.bulk(),
        quota.lost(),
        quota.unexplained(),
        moment(quota.resetAt(), now),
        blocked ? Objects.requireNonNullElse(quota.blockedWhy(), "") : why,
        moment(until, now));
  }

  private static String left(QuotaState quota) {
    if (quota.perWindow() == null) {
      return "not known yet";
    }
    return (quota.remaining() == null ? "reset, " : quota.remaining() + " of ") + quota.perWindow();
  }

  private static @Nullable Moment moment(@Nullable Instant at, Instant now) {
    return at == null ? null : Moment.of(at, now);
  }
}
