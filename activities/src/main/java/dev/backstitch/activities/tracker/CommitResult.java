package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.backstitch.activities.client.ApiUse;
import org.jspecify.annotations.Nullable;

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
  /// @param commits how many commits became of it, of all attempts; null, which is left out in
  ///   JSON, for one. Those of earlier attempts count if they are among the newest 20 of the branch
  record Committed(
      String commitOid,
      int students,
      ApiUse use,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer commits)
      implements CommitResult {

    /// In one commit.
    public Committed(String commitOid, int students, ApiUse use) {
      this(commitOid, students, use, null);
    }
  }

  /// The branch holds all of it already.
  record NothingToCommit(ApiUse use) implements CommitResult {}
}
