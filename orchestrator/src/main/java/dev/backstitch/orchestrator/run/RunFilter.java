package dev.backstitch.orchestrator.run;

import org.jspecify.annotations.Nullable;

/// Which runs a list shows: newest first, every part that is not null must match.
///
/// @param workflow exact name
/// @param status exact status
/// @param key exact business key
/// @param before only runs older than this one (keyset paging: pass the last id of the page before)
/// @param limit the size of a page, 1 to 1,000
public record RunFilter(
    @Nullable String workflow,
    @Nullable RunStatus status,
    @Nullable String key,
    @Nullable RunId before,
    int limit) {

  /// @throws IllegalArgumentException if the limit is out of range
  public RunFilter {
    if (limit < 1 || limit > 1_000) {
      throw new IllegalArgumentException("limit must be 1 to 1000, was " + limit);
    }
  }

  /// Every run, newest first.
  public static RunFilter newest(int limit) {
    return new RunFilter(null, null, null, null, limit);
  }
}
