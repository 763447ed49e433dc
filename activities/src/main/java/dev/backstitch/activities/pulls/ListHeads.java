package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Lists one page of the open pull requests, oldest first, so that pull requests that are opened or
/// updated meanwhile do not move others between pages.
///
/// @param repository where they are
/// @param base only those that target this branch
/// @param cursor where to go on; null for the first page
public record ListHeads(Repository repository, String base, @Nullable String cursor)
    implements Call<HeadsPage> {}
