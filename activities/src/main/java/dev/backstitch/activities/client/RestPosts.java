package dev.backstitch.activities.client;

/// Posts to REST paths. Thread-safe.
public final class RestPosts {
  private static final String ACCEPT = "application/vnd.github+json";
  private static final int POINTS = 1;

  private final GitHubClient client;

  /// @param client sends the requests
  public RestPosts(GitHubClient client) {
    this.client = client;
  }

  /// Posts an empty document, for what is asked for by its address alone.
  ///
  /// @param path begins with a slash and is percent-encoded
  /// @param purpose for messages
  /// @return an answer with a status of 2xx
  /// @throws GitHubException for any other status, and if there is no complete answer
  public GitHubResponse post(ApiUrl api, String path, String purpose, Meter meter)
      throws InterruptedException {
    GitHubResponse response =
        client.send(new GitHubRequest(api, api.rest(path), ACCEPT, "{}", true, purpose), meter);
    meter.countPoints(POINTS, null);
    if (response.status() / 100 == 2) {
      return response;
    }
    throw new GitHubException(client.problems().read(response, purpose));
  }
}
