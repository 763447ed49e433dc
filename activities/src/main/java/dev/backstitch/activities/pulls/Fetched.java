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
/// @param movedTo another commit, at which the answer with the file showed the pull request; null,
///   which is left out in JSON, if it was shown at the commit of the file, or not at all
/// @param closed true if that answer showed the pull request closed or merged; null, which is left
///   out in JSON, if it was shown open, or not at all
public record Fetched(
    FetchedFile file,
    ApiUse use,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String via,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String movedTo,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean closed) {

  /// The value of `via` for what the API did not show.
  public static final String GIT = "git";

  /// By the API, of a pull request that is open and did not move.
  public Fetched(FetchedFile file, ApiUse use) {
    this(file, use, null, null, null);
  }
}
