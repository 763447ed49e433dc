package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.RefMove;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/// Writes the event `push` (https://docs.github.com/en/webhooks/webhook-events-and-payloads#push).
public final class PushEventJson {

  /// GitHub names no more.
  private static final int MOST_COMMITS = 2_048;

  private PushEventJson() {}

  /// What a webhook is told, oldest commit first.
  public static ObjectNode payload(RestScope scope, RefMove move) {
    ObjectNetwork objects = scope.forge().objects();
    String before = move.before().orElse(ObjectId.zeroId()).name();
    String after = move.after().name();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ref", move.ref()).put("before", before).put("after", after);
    json.put("created", move.before().isEmpty()).put("deleted", false);
    json.put(
        "forced", move.before().filter(old -> !objects.follows(move.after(), old)).isPresent());
    json.putNull("base_ref");
    json.put(
        "compare",
        RepositoryJson.webUrl(scope, scope.forge().base()) + "/compare/" + before + "..." + after);
    ArrayNode commits = json.putArray("commits");
    objects.history(move.after(), since(scope.forge(), move), MOST_COMMITS).reversed().stream()
        .map(commit -> commit(scope, commit))
        .forEach(commits::add);
    json.set("head_commit", commit(scope, objects.commit(move.after()).orElseThrow()));
    json.set("repository", RepositoryJson.simple(scope, scope.forge().base()));
    json.putObject("pusher").put("name", move.by().login());
    json.set("sender", AccountJson.simple(scope, move.by()));
    return json;
  }

  /// What a new ref is compared with is the default branch.
  private static List<ObjectId> since(Forge forge, RefMove move) {
    return move.before()
        .or(() -> forge.branch(forge.base(), forge.base().defaultBranch()))
        .map(List::of)
        .orElse(List.of());
  }

  private static ObjectNode commit(RestScope scope, GitCommit commit) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", commit.id().name()).put("tree_id", commit.tree().name());
    json.put("distinct", true).put("message", commit.message());
    json.put("timestamp", commit.time().toString());
    json.put(
        "url",
        RepositoryJson.webUrl(scope, scope.forge().base()) + "/commit/" + commit.id().name());
    for (String person : List.of("author", "committer")) {
      json.putObject(person).put("name", commit.authorName()).put("email", commit.authorEmail());
    }
    putFiles(json, scope.forge().objects(), commit);
    return json;
  }

  private static void putFiles(ObjectNode json, ObjectNetwork objects, GitCommit commit) {
    ArrayNode added = json.putArray("added");
    ArrayNode removed = json.putArray("removed");
    ArrayNode modified = json.putArray("modified");
    SortedMap<String, ObjectId> now = objects.fileIds(commit.tree());
    SortedMap<String, ObjectId> before =
        commit.parents().stream()
            .findFirst()
            .flatMap(objects::commit)
            .map(parent -> objects.fileIds(parent.tree()))
            .orElseGet(TreeMap::new);
    now.forEach((path, id) -> {
      Optional<ObjectId> old = Optional.ofNullable(before.get(path));
      if (old.isEmpty()) {
        added.add(path);
      } else if (!old.get().equals(id)) {
        modified.add(path);
      }
    });
    before.keySet().stream().filter(path -> !now.containsKey(path)).forEach(removed::add);
  }
}
