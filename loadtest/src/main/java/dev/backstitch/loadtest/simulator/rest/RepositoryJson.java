package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.Repository;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Repositories as the REST API shows them.
final class RepositoryJson {

  /// Field and what follows the repository's address; `{...}` are URI templates, as GitHub gives.
  private static final Map<String, String> URLS = new TreeMap<>();

  static {
    for (String name :
        List.of(
            "contributors",
            "deployments",
            "downloads",
            "events",
            "forks",
            "hooks",
            "languages",
            "merges",
            "stargazers",
            "subscribers",
            "subscription",
            "tags",
            "teams")) {
      URLS.put(name + "_url", "/" + name);
    }
    URLS.put("archive_url", "/{archive_format}{/ref}");
    URLS.put("assignees_url", "/assignees{/user}");
    URLS.put("blobs_url", "/git/blobs{/sha}");
    URLS.put("branches_url", "/branches{/branch}");
    URLS.put("collaborators_url", "/collaborators{/collaborator}");
    URLS.put("comments_url", "/comments{/number}");
    URLS.put("commits_url", "/commits{/sha}");
    URLS.put("compare_url", "/compare/{base}...{head}");
    URLS.put("contents_url", "/contents/{+path}");
    URLS.put("git_commits_url", "/git/commits{/sha}");
    URLS.put("git_refs_url", "/git/refs{/sha}");
    URLS.put("git_tags_url", "/git/tags{/sha}");
    URLS.put("issue_comment_url", "/issues/comments{/number}");
    URLS.put("issue_events_url", "/issues/events{/number}");
    URLS.put("issues_url", "/issues{/number}");
    URLS.put("keys_url", "/keys{/key_id}");
    URLS.put("labels_url", "/labels{/name}");
    URLS.put("milestones_url", "/milestones{/number}");
    URLS.put("notifications_url", "/notifications{?since,all,participating}");
    URLS.put("pulls_url", "/pulls{/number}");
    URLS.put("releases_url", "/releases{/id}");
    URLS.put("statuses_url", "/statuses/{sha}");
    URLS.put("trees_url", "/git/trees{/sha}");
  }

  private RepositoryJson() {}

  static String url(RestScope scope, Repository repository) {
    return scope.api() + "/repos/" + repository.nameWithOwner();
  }

  static String webUrl(RestScope scope, Repository repository) {
    return scope.web() + "/" + repository.nameWithOwner();
  }

  /// `repository`, as it is shown inside a pull request.
  static ObjectNode simple(RestScope scope, Repository repository) {
    String url = url(scope, repository);
    String webUrl = webUrl(scope, repository);
    String created = repository.createdAt().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", repository.id());
    json.put("node_id", NodeIds.of("R", Long.toString(repository.id())));
    json.put("name", repository.name());
    json.put("full_name", repository.nameWithOwner());
    json.set("owner", AccountJson.simple(scope, repository.owner()));
    json.put("private", scope.forge().isPrivate());
    json.put("html_url", webUrl);
    json.putNull("description");
    json.put("fork", repository.fork());
    json.put("url", url);
    URLS.forEach((field, suffix) -> json.put(field, url + suffix));
    json.put("created_at", created).put("updated_at", created).put("pushed_at", created);
    json.put("git_url", webUrl.replaceFirst("^https?", "git") + ".git");
    json.put("ssh_url", "git@localhost:" + repository.nameWithOwner() + ".git");
    json.put("clone_url", webUrl + ".git");
    json.put("svn_url", webUrl);
    for (String unknown : List.of("homepage", "language", "mirror_url", "license")) {
      json.putNull(unknown);
    }
    for (String count :
        List.of(
            "forks",
            "forks_count",
            "open_issues",
            "open_issues_count",
            "size",
            "stargazers_count",
            "watchers",
            "watchers_count")) {
      json.put(count, 0);
    }
    for (String feature : List.of("downloads", "issues", "projects", "wiki")) {
      json.put("has_" + feature, true);
    }
    json.put("has_pages", false).put("has_discussions", false);
    json.putArray("topics");
    json.put("archived", false).put("disabled", false);
    json.put("visibility", scope.forge().isPrivate() ? "private" : "public");
    json.put("default_branch", repository.defaultBranch());
    return json;
  }

  /// `full-repository`.
  static ObjectNode full(RestScope scope, Repository repository) {
    ObjectNode json = simple(scope, repository);
    json.put("network_count", 0).put("subscribers_count", 0);
    json.putObject("permissions")
        .put("admin", false)
        .put("maintain", false)
        .put("push", !repository.fork() && !scope.viewer().anonymous())
        .put("triage", false)
        .put("pull", true);
    return json;
  }
}
