package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.Sizes;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import dev.backstitch.loadtest.simulator.git.TreeItem;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// Lists trees (https://docs.github.com/en/rest/git/trees), with all that is below when it is asked
/// for, and cut off where it becomes too much.
final class TreeApi {

  private TreeApi() {}

  /// @param name of a tree, or of a commit, a branch or a ref, of which it is the tree
  static Answer answer(Request request, String name, Repository repository, RestScope scope) {
    boolean recursive = request.parameters().containsKey("recursive");
    return tree(name, repository, scope)
        .map(id -> RestApi.json(200, listed(id, recursive, repository, scope)))
        .orElseGet(RestApi::notFound);
  }

  private static Optional<ObjectId> tree(String name, Repository repository, RestScope scope) {
    return scope
        .forge()
        .commit(repository, name)
        .map(GitCommit::tree)
        .or(() ->
            RestApi.objectId(name)
                .filter(id -> scope.forge().objects().type(id).filter("tree"::equals).isPresent()));
  }

  /// `git-tree`, of a tree that was just written.
  static ObjectNode written(ObjectId id, Repository repository, RestScope scope) {
    return listed(id, false, repository, scope);
  }

  private static ObjectNode listed(
      ObjectId id, boolean recursive, Repository repository, RestScope scope) {
    ObjectNetwork objects = scope.forge().objects();
    Sizes.Limits limits = scope.forge().sizes().limits();
    // One more than may be shown tells whether there are more.
    int atMost = limits.listedEntries() + 1;
    List<TreeItem> items =
        recursive
            ? objects.allItems(id, atMost)
            : objects.items(id).stream().limit(atMost).toList();
    String url = RepositoryJson.url(scope, repository) + "/git/";
    ArrayNode entries = JsonNodeFactory.instance.arrayNode();
    long bytes = 0;
    for (TreeItem item : items) {
      ObjectNode entry = entry(item, url, objects);
      bytes += entry.toString().length();
      if (entries.size() == limits.listedEntries() || bytes > limits.listedBytes()) {
        break;
      }
      entries.add(entry);
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("sha", id.name()).put("url", url + "trees/" + id.name());
    json.put("truncated", entries.size() < items.size());
    json.set("tree", entries);
    return json;
  }

  private static ObjectNode entry(TreeItem item, String url, ObjectNetwork objects) {
    String kind = item.isTree() ? "tree" : "blob";
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("path", item.path()).put("mode", "%06o".formatted(item.mode()));
    entry.put("type", kind).put("sha", item.id().name());
    objects.blob(item.id()).ifPresent(content -> entry.put("size", content.length));
    return entry.put("url", url + kind + "s/" + item.id().name());
  }
}
