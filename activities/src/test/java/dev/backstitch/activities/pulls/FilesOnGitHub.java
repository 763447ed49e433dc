package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.ScriptedServer.Reply;
import dev.backstitch.activities.client.ScriptedServer.Seen;
import dev.backstitch.activities.format.GitBlob;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A base repository `course/progress` that shows the file `progress.json` of some commits.
final class FilesOnGitHub {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BLOBS = "/repos/course/progress/git/blobs/";
  private static final String CONTENTS = "/repos/course/progress/contents/progress.json?ref=";

  private final Map<String, Optional<byte[]>> byCommit = new TreeMap<>();

  void put(String commitOid, byte[] file) {
    byCommit.put(commitOid, Optional.of(file));
  }

  void putCommitWithoutFile(String commitOid) {
    byCommit.put(commitOid, Optional.empty());
  }

  /// Answers GraphQL and REST as GitHub does when all is well.
  void answer(Seen request, Reply reply) throws Exception {
    if (request.method().equals("POST")) {
      reply.json(200, graphQl(request).toString());
      return;
    }
    for (Optional<byte[]> file : byCommit.values()) {
      if (file.isPresent() && request.path().equals(BLOBS + GitBlob.oid(file.get()))) {
        reply.bytes(200, file.get());
        return;
      }
    }
    String commit = request.path().replace(CONTENTS, "");
    Optional<byte[]> file = byCommit.getOrDefault(commit, Optional.empty());
    if (file.isEmpty()) {
      reply.json(404, "{\"message\":\"Not Found\"}");
    } else {
      reply.json(200, restFile(file.get()).toString());
    }
  }

  /// The answer to a document that asks for files.
  ObjectNode graphQl(Seen request) throws Exception {
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode data = answer.putObject("data");
    data.putObject("rateLimit").put("cost", 1).put("remaining", 4000);
    ObjectNode shown = data.putObject("repository");
    wanted(request)
        .forEach((alias, commit) -> {
          if (!byCommit.containsKey(commit)) {
            shown.putNull(alias);
            return;
          }
          ObjectNode node = shown.putObject(alias).putNull("file");
          byCommit
              .getOrDefault(commit, Optional.empty())
              .ifPresent(f -> node.set("file", entry(f)));
        });
    return answer;
  }

  /// The commits that a document asks for, by alias.
  static Map<String, String> wanted(Seen request) throws Exception {
    Map<String, String> oids = new TreeMap<>();
    JSON.readTree(request.body())
        .path("variables")
        .properties()
        .forEach(variable -> {
          if (variable.getKey().matches("p[0-9]+(_[0-9]+)?")) {
            oids.put(variable.getKey(), variable.getValue().asText());
          }
        });
    return oids;
  }

  /// A file as REST shows it.
  static ObjectNode restFile(byte[] file) {
    return JSON.createObjectNode()
        .put("type", "file")
        .put("size", file.length)
        .put("sha", GitBlob.oid(file))
        .put("encoding", "base64")
        .put("content", Base64.getMimeEncoder().encodeToString(file));
  }

  private static ObjectNode entry(byte[] file) {
    ObjectNode entry = JSON.createObjectNode().put("type", "blob");
    entry
        .putObject("object")
        .put("oid", GitBlob.oid(file))
        .put("byteSize", file.length)
        .put("isTruncated", false)
        .put("text", new String(file, StandardCharsets.UTF_8));
    return entry;
  }
}
