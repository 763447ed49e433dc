package dev.backstitch.activities.post;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A repository as the place of a target: `https://api.github.com/OWNER/REPO`.
public final class RepositoryPlace {
  private RepositoryPlace() {}

  /// The target of a kind at a repository.
  public static Target target(String kind, Repository repository) {
    return new Target(kind, repository.api() + "/" + repository.nameWithOwner());
  }

  /// What a delivery to a place will use; null if nothing can be sent there anyway.
  public static @Nullable QuotaUse quota(String place, Reach reach, boolean asks) {
    try {
      return reach.quota().of(parse(place, reach.apis()), asks);
    } catch (IllegalArgumentException nowhere) {
      return null;
    }
  }

  /// Reads a target's place.
  ///
  /// @param apis the addresses that a token may be sent to
  /// @throws IllegalArgumentException if it is no repository at one of them
  public static Repository parse(String place, List<ApiUrl> apis) {
    for (ApiUrl api : apis) {
      String prefix = api + "/";
      if (place.startsWith(prefix) && Repository.isName(place.substring(prefix.length()))) {
        return Repository.of(api, place.substring(prefix.length()));
      }
    }
    throw new IllegalArgumentException(
        "a repository is API/OWNER/REPO, with an address that the setting github.api-urls has, was "
            + place);
  }
}
