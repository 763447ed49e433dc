package dev.backstitch.activities.branch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Reads and moves a branch. Thread-safe.
final class BranchClient {
  /// How far back a mark is looked for.
  private static final int RECENT_COMMITS = 20;

  private static final int MAX_PATHS_PER_QUERY = 100;

  private static final String MUTATION =
      """
      mutation CommitPosts($input: CreateCommitOnBranchInput!) {
        createCommitOnBranch(input: $input) { commit { oid } }
      }
      """;

  private final GraphQl graphQl;

  BranchClient(GraphQl graphQl) {
    this.graphQl = graphQl;
  }

  /// A commit on the branch.
  record Commit(String oid, String message) {
    boolean has(String line) {
      return message.lines().anyMatch(line::equals);
    }
  }

  /// The branch at one commit.
  ///
  /// @param branch as it is called now: a renamed repository has its new name here
  /// @param recent newest first
  /// @param blobs git's name for the contents of those asked for that are there, by path
  record State(
      BranchAddress branch, String headOid, List<Commit> recent, Map<String, String> blobs) {}

  /// The branch as it is now.
  ///
  /// @throws GitHubException of kind STALE if it moved between two questions
  State read(BranchAddress branch, List<String> paths, Meter meter) throws InterruptedException {
    State whole = null;
    Map<String, String> blobs = new HashMap<>();
    int from = 0;
    do {
      int to = Math.min(from + MAX_PATHS_PER_QUERY, paths.size());
      State part = readPart(branch, paths.subList(from, to), meter);
      if (whole != null && !whole.headOid().equals(part.headOid())) {
        throw new GitHubException(Problem.of(Kind.STALE, branch + " moved while it was read"));
      }
      whole = part;
      blobs.putAll(part.blobs());
      from = to;
    } while (from < paths.size());
    return new State(whole.branch(), whole.headOid(), whole.recent(), blobs);
  }

  private State readPart(BranchAddress branch, List<String> paths, Meter meter)
      throws InterruptedException {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < paths.size(); i++) {
      fields.append(
          "          f%d: file(path: %s) { oid }\n".formatted(i, new TextNode(paths.get(i))));
    }
    String document =
        """
        query ReadBranch($owner: String!, $name: String!, $ref: String!) {
          rateLimit { cost remaining }
          repository(owner: $owner, name: $name) {
            nameWithOwner
            ref(qualifiedName: $ref) {
              target {
                oid
                ... on Commit {
                  history(first: %d) { nodes { oid message } }
        %s        }
              }
            }
          }
        }
        """
            .formatted(RECENT_COMMITS, fields);
    ObjectNode variables =
        GraphQl.variables()
            .put("owner", branch.repository().owner())
            .put("name", branch.repository().name())
            .put("ref", "refs/heads/" + branch.branch());
    JsonNode repository =
        graphQl
            .send(branch.repository().api(), document, variables, "read " + branch, meter)
            .dataOrThrow()
            .path("repository");
    JsonNode commit = repository.path("ref").path("target");
    if (!commit.isObject()) {
      throw new GitHubException(Problem.of(Kind.NOT_FOUND, "There is no " + branch + "."));
    }
    List<Commit> recent = new ArrayList<>();
    for (JsonNode node : commit.path("history").path("nodes")) {
      recent.add(new Commit(node.path("oid").asText(), node.path("message").asText()));
    }
    Map<String, String> blobs = new HashMap<>();
    for (int i = 0; i < paths.size(); i++) {
      JsonNode oid = commit.path("f" + i).path("oid");
      if (oid.isTextual()) {
        blobs.put(paths.get(i), oid.asText());
      }
    }
    BranchAddress named =
        new BranchAddress(
            Repository.of(branch.repository().api(), repository.path("nameWithOwner").asText()),
            branch.branch());
    return new State(named, commit.path("oid").asText(), recent, blobs);
  }

  /// What a commit is to be.
  ///
  /// @param expectedHeadOid where the branch must be
  /// @param files the new text by path; null removes the file
  record Change(
      String expectedHeadOid, SortedMap<String, @Nullable String> files, Message message) {}

  /// Puts one commit on the branch, if it is still there.
  ///
  /// @return the commit
  String commit(BranchAddress branch, Change change, Meter meter) throws InterruptedException {
    ObjectNode variables = GraphQl.variables();
    ObjectNode input = variables.putObject("input");
    input
        .putObject("branch")
        .put("repositoryNameWithOwner", branch.repository().nameWithOwner())
        .put("branchName", branch.branch());
    input
        .putObject("message")
        .put("headline", change.message().headline())
        .put("body", String.join("\n", change.message().lines()));
    input.put("expectedHeadOid", change.expectedHeadOid());
    ObjectNode changes = input.putObject("fileChanges");
    ArrayNode additions = changes.putArray("additions");
    ArrayNode deletions = changes.putArray("deletions");
    change
        .files()
        .forEach((path, text) -> {
          if (text == null) {
            deletions.addObject().put("path", path);
          } else {
            additions.addObject().put("path", path).put("contents", base64(text));
          }
        });
    String purpose = "commit " + change.files().size() + " files to " + branch;
    JsonNode oid =
        graphQl
            .send(branch.repository().api(), MUTATION, variables, purpose, meter)
            .dataOrThrow()
            .path("createCommitOnBranch")
            .path("commit")
            .path("oid");
    if (!oid.isTextual()) {
      throw new GitHubException(
          Problem.of(Kind.UNREADABLE, "Could not " + purpose + ": the answer names no commit."));
    }
    return oid.asText();
  }

  /// What a commit says.
  ///
  /// @param lines trailers, by which it is found again
  record Message(String headline, List<String> lines) {}

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
