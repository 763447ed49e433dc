package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backstitch.activities.client.ApiUse;

/// What became of [CommitChanges].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CommitResult.Committed.class, name = "committed"),
  @JsonSubTypes.Type(value = CommitResult.NothingToCommit.class, name = "nothing-to-commit"),
})
public sealed interface CommitResult {

  /// What it cost.
  ApiUse use();

  /// The changes are on the branch.
  ///
  /// @param commitOid the commit that brought them
  /// @param students how many students it changed; fewer than asked for if another writer had been
  ///   there first
  record Committed(String commitOid, int students, ApiUse use) implements CommitResult {}

  /// The branch holds all of it already.
  record NothingToCommit(ApiUse use) implements CommitResult {}
}
