package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// Pull requests as the REST API lists them.
final class PullRequestJson {

  private PullRequestJson() {}

  /// `pull-request-simple`.
  static ObjectNode simple(RestScope scope, PullRequest pullRequest) {
    Repository base = scope.forge().base();
    String repositoryUrl = RepositoryJson.url(scope, base);
    String url = repositoryUrl + "/pulls/" + pullRequest.number();
    String issueUrl = repositoryUrl + "/issues/" + pullRequest.number();
    String webUrl = RepositoryJson.webUrl(scope, base) + "/pull/" + pullRequest.number();
    String statuses = repositoryUrl + "/statuses/" + pullRequest.head().name();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("url", url);
    json.put("id", pullRequest.id());
    json.put("node_id", NodeIds.of("PR", Long.toString(pullRequest.id())));
    json.put("html_url", webUrl);
    json.put("diff_url", webUrl + ".diff");
    json.put("patch_url", webUrl + ".patch");
    json.put("issue_url", issueUrl);
    json.put("commits_url", url + "/commits");
    json.put("review_comments_url", url + "/comments");
    json.put("review_comment_url", repositoryUrl + "/pulls/comments{/number}");
    json.put("comments_url", issueUrl + "/comments");
    json.put("statuses_url", statuses);
    json.put("number", pullRequest.number());
    json.put("state", pullRequest.open() ? "open" : "closed");
    json.put("locked", false);
    json.put("title", pullRequest.title());
    json.set("user", AccountJson.simple(scope, pullRequest.author().orElse(AccountJson.GHOST)));
    json.putNull("body");
    json.putArray("labels");
    for (String none :
        List.of("milestone", "assignee", "auto_merge", "merge_commit_sha", "merged_at")) {
      json.putNull(none);
    }
    json.put("created_at", time(pullRequest.createdAt()));
    json.put("updated_at", time(pullRequest.updatedAt()));
    json.put("closed_at", pullRequest.closedAt().map(PullRequestJson::time).orElse(null));
    json.put("draft", false);
    json.put("author_association", "CONTRIBUTOR");
    json.set("head", head(scope, pullRequest));
    json.set(
        "base",
        side(
            scope,
            base.owner(),
            pullRequest.baseBranch(),
            scope.replica().ref(base, pullRequest.baseBranch()).orElse(ObjectId.zeroId()),
            Optional.of(base)));
    ObjectNode links = json.putObject("_links");
    link(links, "self", url);
    link(links, "html", webUrl);
    link(links, "issue", issueUrl);
    link(links, "comments", issueUrl + "/comments");
    link(links, "review_comments", url + "/comments");
    link(links, "review_comment", repositoryUrl + "/pulls/comments{/number}");
    link(links, "commits", url + "/commits");
    link(links, "statuses", statuses);
    return json;
  }

  private static ObjectNode head(RestScope scope, PullRequest pullRequest) {
    User owner =
        pullRequest
            .headRepository()
            .map(Repository::owner)
            .or(pullRequest::author)
            .orElse(AccountJson.GHOST);
    return side(
        scope, owner, pullRequest.headBranch(), pullRequest.head(), pullRequest.headRepository());
  }

  private static ObjectNode side(
      RestScope scope,
      User owner,
      String branch,
      ObjectId commit,
      Optional<Repository> repository) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("label", owner.login() + ":" + branch);
    json.put("ref", branch);
    json.put("sha", commit.name());
    json.set("user", AccountJson.simple(scope, owner));
    Optional<JsonNode> shown = repository.map(found -> RepositoryJson.simple(scope, found));
    json.set("repo", shown.orElse(NullNode.getInstance()));
    return json;
  }

  private static void link(ObjectNode links, String name, String address) {
    links.putObject(name).put("href", address);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
