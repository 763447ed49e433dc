package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.workflow.Call;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Fetches one file of one pull request at exactly the commit that was listed.
///
/// @param repository the base repository: it sees the commits of its forks
/// @param number the pull request
/// @param headOid the commit to read from, never a branch
/// @param headRepository `owner/name` of the fork, null if it is deleted
/// @param path the file
/// @param lane how urgent it is; null, which is left out in JSON, is live
public record FetchFile(
    Repository repository,
    int number,
    String headOid,
    @Nullable String headRepository,
    String path,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lane lane)
    implements Call<Fetched> {

  /// Live.
  public FetchFile(
      Repository repository,
      int number,
      String headOid,
      @Nullable String headRepository,
      String path) {
    this(repository, number, headOid, headRepository, path, null);
  }

  /// Which calls may be fetched together.
  public Object group() {
    return List.of(repository, Objects.requireNonNullElse(lane, Lane.LIVE));
  }
}
