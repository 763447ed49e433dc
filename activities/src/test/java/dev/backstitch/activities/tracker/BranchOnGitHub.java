package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.ScriptedServer.Reply;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.activities.format.GitBlob;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One branch with its commits, as GraphQL shows it and `createCommitOnBranch` moves it.
final class BranchOnGitHub {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<Map<String, String>> commits = new ArrayList<>();
  private final Map<Integer, String> heads = new TreeMap<>();

  BranchOnGitHub() {
    commit("Start tracking", "");
  }

  /// Puts a file on the branch, without a commit of its own.
  void put(String path, String contents) {
    files.put(path, contents.getBytes(StandardCharsets.UTF_8));
  }

  /// Moves the branch as any writer would.
  String commit(String headline, String body) {
    String oid = "%040x".formatted(commits.size() + 1);
    commits.addFirst(Map.of("oid", oid, "message", headline + "\n\n" + body));
    return oid;
  }

  /// Says where a pull request stands.
  void head(int number, String oid) {
    heads.put(number, oid);
  }

  String headOid() {
    return Objects.requireNonNull(commits.getFirst().get("oid"));
  }

  /// Messages of all commits, newest first.
  List<String> messages() {
    return commits.stream().map(commit -> commit.getOrDefault("message", "")).toList();
  }

  @Nullable String text(String path) {
    byte[] bytes = files.get(path);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /// Answers what readers and the writer of the branch ask.
  void answer(Seen request, Reply reply) throws Exception {
    reply.with("x-ratelimit-limit", "5000");
    reply.with("x-ratelimit-remaining", "4000");
    reply.with("x-ratelimit-reset", "4102444800");
    JsonNode body = JSON.readTree(request.body());
    String document = body.path("query").asText();
    if (document.startsWith("mutation")) {
      reply.json(200, apply(body.path("variables").path("input")).toString());
    } else if (document.startsWith("query ReadTracker")) {
      reply.json(200, tracker(body).toString());
    } else if (document.startsWith("query ReadHeads")) {
      reply.json(200, pullRequests(document).toString());
    } else {
      reply.json(500, "{\"message\":\"unknown document\"}");
    }
  }

  static boolean isMutation(Seen request) {
    return request.body().contains("createCommitOnBranch(");
  }

  /// Carries a mutation out without telling anybody.
  void apply(Seen request) throws Exception {
    apply(JSON.readTree(request.body()).path("variables").path("input"));
  }

  private ObjectNode apply(JsonNode input) {
    ObjectNode answer = JSON.createObjectNode();
    if (!input.path("expectedHeadOid").asText().equals(headOid())) {
      answer.putObject("data").putNull("createCommitOnBranch");
      answer
          .putArray("errors")
          .addObject()
          .put("type", "STALE_DATA")
          .put(
              "message",
              "Expected branch to point to \"%s\" but it did not. Pull and try again."
                  .formatted(input.path("expectedHeadOid").asText()));
      return answer;
    }
    for (JsonNode addition : input.path("fileChanges").path("additions")) {
      files.put(
          addition.path("path").asText(),
          Base64.getDecoder().decode(addition.path("contents").asText()));
    }
    JsonNode message = input.path("message");
    String oid = commit(message.path("headline").asText(), message.path("body").asText());
    answer.putObject("data").putObject("createCommitOnBranch").putObject("commit").put("oid", oid);
    return answer;
  }

  private ObjectNode tracker(JsonNode request) {
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode data = answer.putObject("data");
    data.putObject("rateLimit").put("cost", 1).put("remaining", 4000);
    ObjectNode repository = data.putObject("repository").put("nameWithOwner", "course/progress");
    if (!request.path("variables").path("ref").asText().equals("refs/heads/tracker")) {
      repository.putNull("ref");
      return answer;
    }
    ObjectNode commit = repository.putObject("ref").putObject("target").put("oid", headOid());
    entry(commit, "users", Layout.GIT_MASTERY.userMap());
    entry(commit, "hashes", Layout.GIT_MASTERY.hashes());
    ArrayNode entries = commit.putObject("students").putObject("object").putArray("entries");
    files.forEach((path, bytes) -> {
      if (path.startsWith("students/")) {
        entries
            .addObject()
            .put("name", path.substring("students/".length()))
            .put("type", "blob")
            .put("oid", GitBlob.oid(bytes));
      }
    });
    if (request.path("query").asText().contains("history(first: 20)")) {
      ArrayNode nodes = commit.putObject("history").putArray("nodes");
      commits.stream()
          .limit(20)
          .forEach(one -> nodes.add(JSON.valueToTree(new LinkedHashMap<>(one))));
    }
    return answer;
  }

  private void entry(ObjectNode commit, String field, String path) {
    byte[] bytes = files.get(path);
    if (bytes == null) {
      commit.putNull(field);
      return;
    }
    commit
        .putObject(field)
        .putObject("object")
        .put("oid", GitBlob.oid(bytes))
        .put("byteSize", bytes.length)
        .put("isTruncated", false)
        .put("text", new String(bytes, StandardCharsets.UTF_8));
  }

  private ObjectNode pullRequests(String document) {
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode repository = answer.putObject("data").putObject("repository");
    heads.forEach((number, oid) -> {
      if (document.contains("p%d: pullRequest(number: %d)".formatted(number, number))) {
        repository.putObject("p" + number).put("headRefOid", oid).put("state", "OPEN");
      }
    });
    return answer;
  }
}
