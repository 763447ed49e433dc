package dev.backstitch.activities.branch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.backstitch.activities.client.BranchCommit;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads and moves a branch. Thread-safe.
final class BranchClient {
  /// How far back a mark is looked for.
  private static final int RECENT_COMMITS = 20;

  private static final int MAX_PATHS_PER_QUERY = 100;

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

  /// Puts one commit on the branch, if it is still there.
  ///
  /// @return the commit
  String commit(BranchCommit commit, Meter meter) throws InterruptedException {
    return commit.send(graphQl, meter);
  }
}
