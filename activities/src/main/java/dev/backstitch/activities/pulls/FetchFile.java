package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.workflow.Call;
import org.jspecify.annotations.Nullable;

/// Fetches one file of one pull request at exactly the commit that was listed.
///
/// @param repository the base repository: it sees the commits of its forks
/// @param number the pull request
/// @param headOid the commit to read from, never a branch
/// @param headRepository `owner/name` of the fork, null if it is deleted
/// @param path the file
public record FetchFile(
    Repository repository, int number, String headOid, @Nullable String headRepository, String path)
    implements Call<Fetched> {}
