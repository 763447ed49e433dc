package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// The payload of the `pull_request` event. The counts of a pull request, which the simulator does
/// not keep, are those of one commit to one file.
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
    json.set("pull_request", full(scope, pullRequest));
    before.ifPresent(head -> {
      json.put("before", head.name());
      json.put("after", pullRequest.head().name());
    });
    json.set("repository", RepositoryJson.simple(scope, scope.forge().base()));
    json.set("sender", AccountJson.simple(scope, pullRequest.author().orElse(AccountJson.GHOST)));
    return json;
  }

  /// `simple-installation`: what an App's webhook is told besides.
  public static ObjectNode installation(Apps.Installation installation) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", installation.id())
        .put("node_id", NodeIds.of("IntegrationInstallation", Long.toString(installation.id())));
  }

  /// `pull-request-webhook`.
  private static ObjectNode full(RestScope scope, PullRequest pullRequest) {
    ObjectNode json = PullRequestJson.simple(scope, pullRequest);
    for (String list : List.of("assignees", "requested_reviewers", "requested_teams")) {
      json.putArray(list);
    }
    for (String unknown : List.of("active_lock_reason", "mergeable", "rebaseable", "merged_by")) {
      json.putNull(unknown);
    }
    json.put("merged", false).put("mergeable_state", "unknown").put("maintainer_can_modify", true);
    for (String count : List.of("additions", "changed_files", "commits")) {
      json.put(count, 1);
    }
    for (String count : List.of("comments", "deletions", "review_comments")) {
      json.put(count, 0);
    }
    return json;
  }
}
