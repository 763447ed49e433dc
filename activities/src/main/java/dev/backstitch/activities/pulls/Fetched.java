package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.ApiUse;
import org.jspecify.annotations.Nullable;

/// What became of one [FetchFile].
///
/// @param file the file, or why there is none
/// @param use what it cost; files that were fetched together book their cost on the first of them,
///   so that the sum over all is right
/// @param via `git` if the file came by the git protocol, which costs no quota; null, which is left
///   out in JSON, if it came by the API
public record Fetched(
    FetchedFile file, ApiUse use, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String via) {

  /// The value of `via` for what the API did not show.
  public static final String GIT = "git";

  /// By the API.
  public Fetched(FetchedFile file, ApiUse use) {
    this(file, use, null);
  }
}
