package dev.backstitch.activities.post;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.quota.QuotaUse;
import java.util.List;

/// Where posts may go, and whose quota that uses.
///
/// @param apis the addresses that a token may be sent to
public record Reach(List<ApiUrl> apis, Quota quota) {

  /// Copies the list.
  public Reach {
    apis = List.copyOf(apis);
  }

  /// Says what deliveries use.
  @FunctionalInterface
  public interface Quota {

    /// What a delivery to a repository will use at first; every request beyond asks again.
    ///
    /// @param asks whether it only asks about doubts
    QuotaUse of(Repository home, boolean asks);
  }
}
