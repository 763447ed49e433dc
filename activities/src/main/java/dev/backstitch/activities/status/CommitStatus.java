package dev.backstitch.activities.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// What a commit is to show under a context
/// (https://docs.github.com/en/rest/commits/statuses#create-a-commit-status).
///
/// @param description for people, at most 140 characters; null for none
/// @param targetUrl where to read more; null for none
public record CommitStatus(State state, @Nullable String description, @Nullable String targetUrl) {
  private static final int LONGEST_DESCRIPTION = 140;

  /// How it stands, in GitHub's words.
  public enum State {
    /// It is not known yet.
    @JsonProperty("pending")
    PENDING,
    /// All is well.
    @JsonProperty("success")
    SUCCESS,
    /// Something is wrong with the commit.
    @JsonProperty("failure")
    FAILURE,
    /// It could not be found out.
    @JsonProperty("error")
    ERROR
  }

  /// @throws IllegalArgumentException if the state is missing, or the description too long
  public CommitStatus {
    if (state == null) {
      throw new IllegalArgumentException("a status needs a state");
    }
    if (description != null
        && description.codePointCount(0, description.length()) > LONGEST_DESCRIPTION) {
      throw new IllegalArgumentException(
          "a status's description has at most 140 characters, was " + description);
    }
  }

  /// A status without a link.
  public static CommitStatus of(State state, String description) {
    return new CommitStatus(state, description, null);
  }
}
