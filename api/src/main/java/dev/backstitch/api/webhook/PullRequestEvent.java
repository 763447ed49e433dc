package dev.backstitch.api.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.api.sync.PullRequestNews;
import java.util.Optional;
import java.util.Set;

/// A `pull_request` event that moves a head, or opens or closes a pull request
/// (https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request).
///
/// @param base the branch it targets
record PullRequestEvent(String base, PullRequestNews news) {
  /// `edited` may change the base branch.
  private static final Set<String> ACTIONS =
      Set.of("opened", "synchronize", "reopened", "closed", "edited");

  /// Empty if it is of no interest: another action, or an author who is no student.
  static Optional<PullRequestEvent> read(JsonNode payload) {
    String action = payload.path("action").asText();
    JsonNode pull = payload.path("pull_request");
    JsonNode head = pull.path("head");
    JsonNode author = pull.path("user");
    boolean usable =
        ACTIONS.contains(action)
            && pull.path("number").isInt()
            && head.path("sha").isTextual()
            && author.path("type").asText().equals("User")
            && author.path("id").isIntegralNumber();
    if (!usable) {
      return Optional.empty();
    }
    boolean moved = action.equals("synchronize");
    return Optional.of(
        new PullRequestEvent(
            pull.path("base").path("ref").asText(),
            new PullRequestNews(
                pull.path("number").intValue(),
                author.path("id").longValue(),
                author.path("login").asText(),
                head.path("repo").path("full_name").textValue(),
                moved ? payload.path("before").textValue() : null,
                head.path("sha").asText(),
                pull.path("state").asText().equals("open"))));
  }
}
