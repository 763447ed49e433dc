package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Lists one page of the open pull requests, oldest first, so that pull requests that are opened or
/// updated meanwhile do not move others between pages.
///
/// @param repository where they are
/// @param base only those that target this branch
/// @param cursor where to go on; null for the first page
/// @param lane how urgent it is; null, which is left out in JSON, is live
public record ListHeads(
    Repository repository,
    String base,
    @Nullable String cursor,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lane lane)
    implements Call<HeadsPage> {

  /// Live.
  public ListHeads(Repository repository, String base, @Nullable String cursor) {
    this(repository, base, cursor, null);
  }
}
