package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.TreeItem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.eclipse.jgit.lib.ObjectId;

/// Refs, commits, files and blobs as the REST API shows them.
final class GitJson {

  /// Larger files come without their content, unless asked for raw.
  static final int MAX_ENCODED_BYTES = 1024 * 1024;

  private static final int BASE64_LINE = 60;

  private GitJson() {}

  /// `git-ref`.
  static ObjectNode ref(RestScope scope, Repository repository, String name, ObjectId target) {
    String url = RepositoryJson.url(scope, repository) + "/git/";
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ref", name);
    json.put("node_id", NodeIds.of("REF", name));
    json.put("url", url + name);
    json.putObject("object")
        .put("sha", target.name())
        .put("type", "commit")
        .put("url", url + "commits/" + target.name());
    return json;
  }

  /// `git-commit`.
  static ObjectNode commit(RestScope scope, Repository repository, GitCommit commit) {
    String url = RepositoryJson.url(scope, repository) + "/git/";
    String webUrl = RepositoryJson.webUrl(scope, repository) + "/commit/";
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("sha", commit.id().name());
    json.put("node_id", NodeIds.of("C", commit.id().name()));
    json.put("url", url + "commits/" + commit.id().name());
    json.put("html_url", webUrl + commit.id().name());
    json.set("author", person(commit));
    json.set("committer", person(commit));
    json.putObject("tree")
        .put("sha", commit.tree().name())
        .put("url", url + "trees/" + commit.tree().name());
    json.put("message", commit.message());
    parents(json, commit, url + "commits/", webUrl);
    json.set("verification", unsigned());
    return json;
  }

  /// `branch-with-protection`.
  static ObjectNode branch(
      RestScope scope,
      Repository repository,
      String name,
      GitCommit commit,
      boolean protectedBranch) {
    String url = RepositoryJson.url(scope, repository);
    String webUrl = RepositoryJson.webUrl(scope, repository);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    ObjectNode shown = json.putObject("commit");
    shown.put("sha", commit.id().name());
    shown.put("node_id", NodeIds.of("C", commit.id().name()));
    ObjectNode details = shown.putObject("commit");
    details.set("author", person(commit));
    details.set("committer", person(commit));
    details.put("message", commit.message());
    details
        .putObject("tree")
        .put("sha", commit.tree().name())
        .put("url", url + "/git/trees/" + commit.tree().name());
    details.put("url", url + "/git/commits/" + commit.id().name());
    details.put("comment_count", 0);
    details.set("verification", unsigned());
    shown.put("url", url + "/commits/" + commit.id().name());
    shown.put("html_url", webUrl + "/commit/" + commit.id().name());
    shown.put("comments_url", url + "/commits/" + commit.id().name() + "/comments");
    shown.putNull("author");
    shown.putNull("committer");
    parents(shown, commit, url + "/commits/", webUrl + "/commit/");
    json.putObject("_links")
        .put("self", url + "/branches/" + name)
        .put("html", webUrl + "/tree/" + name);
    json.put("protected", protectedBranch);
    json.putObject("protection").put("enabled", protectedBranch);
    json.put("protection_url", url + "/branches/" + name + "/protection");
    return json;
  }

  /// `blob`.
  static ObjectNode blob(RestScope scope, Repository repository, ObjectId id, byte[] content) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("sha", id.name());
    json.put("node_id", NodeIds.of("B", id.name()));
    json.put("size", content.length);
    json.put("url", RepositoryJson.url(scope, repository) + "/git/blobs/" + id.name());
    json.put("content", base64(content));
    json.put("encoding", "base64");
    return json;
  }

  /// `content-file`.
  static ObjectNode file(
      RestScope scope, Repository repository, String ref, TreeItem item, byte[] content) {
    ObjectNode json = entry(scope, repository, ref, item, content.length);
    boolean encoded = content.length <= MAX_ENCODED_BYTES;
    json.put("content", encoded ? base64(content) : "");
    json.put("encoding", encoded ? "base64" : "none");
    return json;
  }

  /// `content-directory`. What is too much is left out, and nothing says so.
  static ArrayNode directory(RestScope scope, Repository repository, String ref, String path) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    ObjectId root = scope.replica().commit(repository, ref).orElseThrow().tree();
    ObjectId tree = scope.forge().objects().item(root, path).orElseThrow().id();
    int atMost = scope.forge().sizes().limits().directoryEntries();
    for (TreeItem item : scope.forge().objects().items(tree).stream().limit(atMost).toList()) {
      String itemPath = path.isEmpty() ? item.path() : path + "/" + item.path();
      int size = scope.forge().objects().blob(item.id()).map(bytes -> bytes.length).orElse(0);
      json.add(entry(scope, repository, ref, new TreeItem(itemPath, item.id(), item.mode()), size));
    }
    return json;
  }

  private static ObjectNode entry(
      RestScope scope, Repository repository, String ref, TreeItem item, int size) {
    String kind = item.isTree() ? "tree" : "blob";
    String url = RepositoryJson.url(scope, repository);
    String self = url + "/contents/" + item.path() + "?ref=" + ref;
    String git = url + "/git/" + kind + "s/" + item.id().name();
    String html =
        "%s/%s/%s/%s".formatted(RepositoryJson.webUrl(scope, repository), kind, ref, item.path());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", item.name());
    json.put("path", item.path());
    json.put("sha", item.id().name());
    json.put("size", size);
    json.put("url", self);
    json.put("html_url", html);
    json.put("git_url", git);
    json.put("download_url", item.isTree() ? null : html.replace("/blob/", "/raw/"));
    json.put("type", item.isTree() ? "dir" : "file");
    json.putObject("_links").put("self", self).put("git", git).put("html", html);
    return json;
  }

  private static void parents(ObjectNode json, GitCommit commit, String url, String webUrl) {
    ArrayNode parents = json.putArray("parents");
    for (ObjectId parent : commit.parents()) {
      parents
          .addObject()
          .put("sha", parent.name())
          .put("url", url + parent.name())
          .put("html_url", webUrl + parent.name());
    }
  }

  private static ObjectNode person(GitCommit commit) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", commit.authorName())
        .put("email", commit.authorEmail())
        .put("date", commit.time().toString());
  }

  private static ObjectNode unsigned() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("verified", false).put("reason", "unsigned");
    return json.putNull("signature").putNull("payload").putNull("verified_at");
  }

  /// With a line break after every 60 characters, as GitHub encodes.
  private static String base64(byte[] content) {
    return Base64.getMimeEncoder(BASE64_LINE, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(content)
        + "\n";
  }
}
