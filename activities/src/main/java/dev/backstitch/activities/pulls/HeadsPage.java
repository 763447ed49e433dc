package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.ApiUse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some of the open pull requests, oldest first.
///
/// @param nextCursor where the next page begins, null on the last one
/// @param use what listing them cost
public record HeadsPage(List<Head> heads, @Nullable String nextCursor, ApiUse use) {

  /// Copies the list.
  public HeadsPage {
    heads = List.copyOf(heads);
  }
}
