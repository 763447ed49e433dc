package dev.backstitch.activities.tracker;

import dev.backstitch.activities.client.Repository;

/// The branch that holds what has been synced.
///
/// @param repository where it is
/// @param branch without `refs/heads/`
public record TrackerBranch(Repository repository, String branch) {

  @Override
  public String toString() {
    return "branch " + branch + " of " + repository;
  }
}
