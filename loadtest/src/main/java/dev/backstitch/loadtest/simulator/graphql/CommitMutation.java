package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.forge.BranchCommit;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectWriter;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.CommitNode;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.RefNode;
import graphql.schema.DataFetchingEnvironment;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// `createCommitOnBranch`, with the errors GitHub gives.
final class CommitMutation {

  private static final String HEADS = "refs/heads/";

  /// What the mutation returns.
  record Payload(@Nullable String clientMutationId, CommitNode commit, RefNode ref) {}

  private CommitMutation() {}

  static Payload commit(DataFetchingEnvironment env) {
    Map<String, Object> input = Objects.requireNonNull(env.getArgument("input"));
    QueryScope scope = QueryScope.of(env);
    Repository repository = scope.forge().base();
    String branch = branch(map(input, "branch"), scope);
    Map<String, byte[]> additions = new TreeMap<>();
    Set<String> deletions = new HashSet<>();
    readChanges(input, additions, deletions);
    Account viewer = scope.viewer();
    var wanted =
        new BranchCommit(
            branch,
            ObjectId.fromString((String) Objects.requireNonNull(input.get("expectedHeadOid"))),
            additions,
            deletions,
            message(map(input, "message")),
            new User(viewer.id(), viewer.login()));
    CommitOutcome outcome = scope.refusal().orElseGet(() -> scope.forge().commit(wanted));
    return switch (outcome) {
      case CommitOutcome.Committed(GitCommit commit) ->
          new Payload(
              (String) input.get("clientMutationId"),
              new CommitNode(repository, commit),
              new RefNode(repository, HEADS + branch, commit.id()));
      case CommitOutcome.Stale _ ->
          throw new GitHubErrorException(
              "STALE_DATA",
              "Expected branch to point to \"%s\" but it did not.  Pull and try again."
                  .formatted(input.get("expectedHeadOid")));
      case CommitOutcome.NoSuchBranch(String name) ->
          throw new GitHubErrorException(
              "NOT_FOUND", "Could not resolve to a branch with the name '%s'.".formatted(name));
      case CommitOutcome.Protected(Protection protection) -> throw protectedBranch(protection);
      case CommitOutcome.NothingToDelete(String path) ->
          throw new GitHubErrorException(
              "UNPROCESSABLE",
              "A path was requested for deletion which does not exist as of commit oid `%s`: %s"
                  .formatted(input.get("expectedHeadOid"), path));
    };
  }

  private static GitHubErrorException protectedBranch(Protection protection) {
    return switch (protection) {
      case BRANCH_PROTECTION ->
          new GitHubErrorException(
              "BRANCH_PROTECTION_RULE_VIOLATION", "Changes must be made through a pull request.");
      case RULESET ->
          new GitHubErrorException(
              "FORBIDDEN",
              "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");
    };
  }

  private static String branch(Map<String, Object> branch, QueryScope scope) {
    @Nullable String id = (String) branch.get("id");
    @Nullable String repository = (String) branch.get("repositoryNameWithOwner");
    @Nullable String name = (String) branch.get("branchName");
    if (id != null) {
      name =
          NodeIds.key("REF", id)
              .orElseThrow(() ->
                  new GitHubErrorException(
                      "NOT_FOUND",
                      "Could not resolve to a node with the global id of '%s'".formatted(id)));
    } else if (repository == null || name == null) {
      throw new GitHubErrorException(
          "UNPROCESSABLE",
          "A branch is named by its id, or by repositoryNameWithOwner and branchName.");
    } else if (!repository.equalsIgnoreCase(scope.forge().base().nameWithOwner())) {
      throw new GitHubErrorException(
          "NOT_FOUND",
          "Could not resolve to a Repository with the name '%s'.".formatted(repository));
    }
    return name.startsWith(HEADS) ? name.substring(HEADS.length()) : name;
  }

  private static void readChanges(
      Map<String, Object> input, Map<String, byte[]> additions, Set<String> deletions) {
    if (!input.containsKey("fileChanges") || input.get("fileChanges") == null) {
      return;
    }
    Map<String, Object> changes = map(input, "fileChanges");
    for (Map<String, Object> addition : list(changes, "additions")) {
      String path = path(addition);
      byte[] contents = (byte[]) Objects.requireNonNull(addition.get("contents"));
      if (additions.put(path, contents) != null) {
        throw repeated(path);
      }
    }
    for (Map<String, Object> deletion : list(changes, "deletions")) {
      String path = path(deletion);
      if (additions.containsKey(path) || !deletions.add(path)) {
        throw repeated(path);
      }
    }
  }

  private static String path(Map<String, Object> change) {
    String path = (String) Objects.requireNonNull(change.get("path"));
    if (!ObjectWriter.accepts(path)) {
      throw new GitHubErrorException(
          "UNPROCESSABLE", "The path '%s' is not valid.".formatted(path));
    }
    return path;
  }

  private static GitHubErrorException repeated(String path) {
    return new GitHubErrorException(
        "UNPROCESSABLE",
        "The path '%s' was given more than once in additions and deletions.".formatted(path));
  }

  private static String message(Map<String, Object> message) {
    String headline = (String) Objects.requireNonNull(message.get("headline"));
    @Nullable Object body = message.get("body");
    return body == null || body.toString().isEmpty() ? headline : headline + "\n\n" + body;
  }

  @SuppressWarnings("unchecked") // The schema says so, and graphql-java has checked it.
  private static Map<String, Object> map(Map<String, Object> parent, String name) {
    return (Map<String, Object>) Objects.requireNonNull(parent.get(name));
  }

  @SuppressWarnings("unchecked") // The schema says so, and graphql-java has checked it.
  private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
    @Nullable Object list = parent.get(name);
    return list == null ? List.of() : (List<Map<String, Object>>) list;
  }
}
