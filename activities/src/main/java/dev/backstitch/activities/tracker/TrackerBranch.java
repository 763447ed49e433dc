package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.Repository;
import org.jspecify.annotations.Nullable;

/// The branch that holds what has been synced.
///
/// @param repository where it is
/// @param branch without `refs/heads/`
/// @param layout where things are on it; null, which is left out in JSON, is [Layout#GIT_MASTERY]
public record TrackerBranch(
    Repository repository,
    String branch,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Layout layout) {

  /// One with the usual layout.
  public TrackerBranch(Repository repository, String branch) {
    this(repository, branch, null);
  }

  /// Where things are.
  Layout paths() {
    Layout given = layout;
    return given == null ? Layout.GIT_MASTERY : given;
  }

  @Override
  public String toString() {
    return "branch " + branch + " of " + repository;
  }
}
