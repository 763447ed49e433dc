package dev.backstitch.activities.post;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Target;
import java.util.List;

/// A repository as the place of a target: `https://api.github.com/OWNER/REPO`.
public final class RepositoryPlace {
  private RepositoryPlace() {}

  /// The target of a kind at a repository.
  public static Target target(String kind, Repository repository) {
    return new Target(kind, repository.api() + "/" + repository.nameWithOwner());
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
