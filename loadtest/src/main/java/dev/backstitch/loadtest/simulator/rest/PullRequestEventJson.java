package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// The payload of the `pull_request` event, with the pull request as the list shows it.
public final class PullRequestEventJson {
  private PullRequestEventJson() {}

  /// What a webhook is told.
  ///
  /// @param before where the head was, if it has moved
  public static ObjectNode payload(
      RestScope scope, String action, Optional<ObjectId> before, PullRequest pullRequest) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("action", action);
    json.put("number", pullRequest.number());
    json.set("pull_request", PullRequestJson.simple(scope, pullRequest));
    before.ifPresent(head -> {
      json.put("before", head.name());
      json.put("after", pullRequest.head().name());
    });
    json.set("repository", RepositoryJson.simple(scope, scope.forge().base()));
    json.set("sender", AccountJson.simple(scope, pullRequest.author().orElse(AccountJson.GHOST)));
    return json;
  }
}
