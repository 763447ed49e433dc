package dev.backstitch.activities.branch;

import dev.backstitch.activities.client.ApiUrl;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Target;
import java.util.List;

/// A branch of a repository.
///
/// @param branch without `refs/heads/`
public record BranchAddress(Repository repository, String branch) {
  /// The kind of target.
  public static final String KIND = "github-branch";

  /// The branch as a target, such as `github-branch:https://api.github.com/OWNER/REPO:BRANCH`.
  public Target target() {
    return new Target(KIND, repository.api() + "/" + repository.nameWithOwner() + ":" + branch);
  }

  /// Reads a target's place.
  ///
  /// @param apis the addresses that a token may be sent to
  /// @throws IllegalArgumentException if it is no branch at one of them
  static BranchAddress parse(String place, List<ApiUrl> apis) {
    for (ApiUrl api : apis) {
      String prefix = api + "/";
      int colon = place.indexOf(':', prefix.length());
      if (place.startsWith(prefix) && colon > 0 && colon < place.length() - 1) {
        return new BranchAddress(
            Repository.of(api, place.substring(prefix.length(), colon)),
            place.substring(colon + 1));
      }
    }
    throw new IllegalArgumentException(
        "a branch is API/OWNER/REPO:BRANCH, with an address that the setting github.api-urls has,"
            + " was "
            + place);
  }

  @Override
  public String toString() {
    return "branch " + branch + " of " + repository;
  }
}
