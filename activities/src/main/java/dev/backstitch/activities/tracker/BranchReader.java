package dev.backstitch.activities.tracker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.contents.Contents;
import dev.backstitch.activities.format.IdMap;
import dev.backstitch.activities.format.MalformedFileException;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Serves [ReadTracker]. Thread-safe.
public final class BranchReader {

  /// How far back a commit of ours is looked for.
  static final int RECENT_COMMITS = 20;

  private final GraphQl graphQl;
  private final Contents contents;

  /// @param contents reads maps that are too large for GraphQL
  public BranchReader(GraphQl graphQl, Contents contents) {
    this.graphQl = graphQl;
    this.contents = contents;
  }

  /// A commit on the branch.
  record RecentCommit(String oid, String message) {}

  /// The branch, and what led there.
  ///
  /// @param recent newest first; empty unless asked for
  record Branch(TrackerBranch target, TrackerState state, List<RecentCommit> recent) {

    /// The commit whose message has this line.
    Optional<String> commitWithLine(String line) {
      return recent.stream()
          .filter(commit -> commit.message().lines().anyMatch(line::equals))
          .map(RecentCommit::oid)
          .findFirst();
    }
  }

  /// The branch as it is now.
  ///
  /// @throws GitHubException of kind [Kind#NOT_FOUND] if there is no such branch, of kind
  ///   [Kind#BROKEN_TRACKER] if a map on it can't be parsed, and if the branch can't be read
  public Tracker read(ReadTracker call, ActivityContext context, Meter meter)
      throws InterruptedException {
    Branch branch = read(call.target(), false, meter);
    return new Tracker(branch.target(), branch.state(), meter.use());
  }

  /// The branch as it is now, with its newest commits if `history`.
  Branch read(TrackerBranch target, boolean history, Meter meter) throws InterruptedException {
    ObjectNode variables =
        GraphQl.variables()
            .put("owner", target.repository().owner())
            .put("name", target.repository().name())
            .put("ref", "refs/heads/" + target.branch());
    Layout paths = target.paths();
    String document = history ? documentWithHistory(paths) : document("ReadTracker", paths, "");
    JsonNode repository =
        graphQl
            .send(target.repository().api(), document, variables, "read " + target, meter)
            .dataOrThrow()
            .path("repository");
    JsonNode commit = repository.path("ref").path("target");
    if (!commit.isObject()) {
      throw new GitHubException(Problem.of(Kind.NOT_FOUND, missingBranch(target)));
    }
    TrackerBranch named =
        new TrackerBranch(
            Repository.of(target.repository().api(), repository.path("nameWithOwner").asText()),
            target.branch(),
            target.layout());
    TrackerState state =
        new TrackerState(
            commit.path("oid").asText(),
            map(named, commit, "users", paths.userMap(), meter),
            map(named, commit, "hashes", paths.hashes(), meter),
            studentFiles(commit.path("students")));
    return new Branch(named, state, recent(commit.path("history")));
  }

  private SortedMap<String, String> map(
      TrackerBranch target, JsonNode commit, String field, String path, Meter meter)
      throws InterruptedException {
    JsonNode entry = commit.path(field);
    if (!entry.isObject()) {
      return IdMap.sorted(new TreeMap<>());
    }
    try {
      String purpose = "read " + path + " on " + target;
      return IdMap.parse(
          contents.ofBlob(target.repository(), entry.path("object"), purpose, meter));
    } catch (MalformedFileException malformed) {
      throw new GitHubException(
          Problem.of(
              Kind.BROKEN_TRACKER,
              path
                  + " on "
                  + target
                  + " (commit "
                  + commit.path("oid").asText()
                  + ") can't be used: "
                  + malformed.reason()
                  + ". Repair it, for example by reverting the commit that broke it, and sync again;"
                  + " nothing was changed."),
          malformed);
    }
  }

  private static SortedMap<String, String> studentFiles(JsonNode students) {
    SortedMap<String, String> files = new TreeMap<>();
    for (JsonNode entry : students.path("object").path("entries")) {
      String name = entry.path("name").asText();
      if (entry.path("type").asText().equals("blob") && Layout.isStudentFile(name)) {
        files.put(Layout.userIdOf(name), entry.path("oid").asText());
      }
    }
    return files;
  }

  private static List<RecentCommit> recent(JsonNode history) {
    List<RecentCommit> recent = new ArrayList<>();
    for (JsonNode commit : history.path("nodes")) {
      recent.add(new RecentCommit(commit.path("oid").asText(), commit.path("message").asText()));
    }
    return recent;
  }

  /// With the newest commits. A document of its own, because what is asked for and left out by a
  /// variable is paid for all the same.
  private static String documentWithHistory(Layout paths) {
    return document(
        "ReadTrackerWithHistory",
        paths,
        "history(first: %d) { nodes { oid message } }".formatted(RECENT_COMMITS));
  }

  /// One document, and all files through the commit, so that they can't be of two commits.
  private static String document(String name, Layout paths, String more) {
    return """
    query %s($owner: String!, $name: String!, $ref: String!) {
      rateLimit { cost remaining }
      repository(owner: $owner, name: $name) {
        nameWithOwner
        ref(qualifiedName: $ref) {
          target {
            oid
            ... on Commit {
              users: file(path: "%s") { ...map }
              hashes: file(path: "%s") { ...map }
              students: file(path: "%s") { object { ... on Tree { entries { name type oid } } } }
              %s
            }
          }
        }
      }
    }
    fragment map on TreeEntry { object { ... on Blob { %s } } }
    """
        .formatted(
            name, paths.userMap(), paths.hashes(), paths.students(), more, Contents.BLOB_FIELDS);
  }

  private static String missingBranch(TrackerBranch target) {
    return "There is no "
        + target
        + ". Create it with a first commit, for example: git switch --orphan "
        + target.branch()
        + " && git commit --allow-empty -m 'Start tracking' && git push origin "
        + target.branch();
  }
}
