package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.CommitNode;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// Readers of pull requests.
final class PullRequestFields {

  /// `PullRequestCommit`.
  record HeadCommit(int number, CommitNode commit) {}

  private PullRequestFields() {}

  static TypeRuntimeWiring.Builder pullRequest(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("id", env -> NodeIds.of("PR", Long.toString(source(env).id())))
        .dataFetcher("fullDatabaseId", env -> Long.toString(source(env).id()))
        .dataFetcher("number", env -> source(env).number())
        .dataFetcher("title", env -> source(env).title())
        .dataFetcher("state", env -> source(env).open() ? "OPEN" : "CLOSED")
        .dataFetcher("closed", env -> !source(env).open())
        .dataFetcher("closedAt", env -> source(env).closedAt().orElse(null))
        .dataFetcher("createdAt", env -> source(env).createdAt())
        .dataFetcher("updatedAt", env -> source(env).updatedAt())
        .dataFetcher("isDraft", _ -> false)
        .dataFetcher("isCrossRepository", _ -> true)
        .dataFetcher("author", env -> source(env).author().orElse(null))
        .dataFetcher("headRefName", env -> source(env).headBranch())
        .dataFetcher("headRefOid", env -> source(env).head().name())
        .dataFetcher("headRepository", env -> source(env).headRepository().orElse(null))
        .dataFetcher("baseRefName", env -> source(env).baseBranch())
        .dataFetcher("baseRefOid", env -> baseHead(env).map(ObjectId::name).orElse(""))
        .dataFetcher("url", PullRequestFields::webUrl)
        .dataFetcher("commits", PullRequestFields::commits);
  }

  static TypeRuntimeWiring.Builder headCommit(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher(
            "id",
            env -> {
              HeadCommit commit = Sources.of(env, HeadCommit.class);
              return NodeIds.of("PRC", commit.number() + ":" + commit.commit().id().name());
            })
        .dataFetcher("commit", env -> Sources.of(env, HeadCommit.class).commit());
  }

  /// Oldest first, as GitHub lists them.
  private static Page<HeadCommit> commits(DataFetchingEnvironment env) {
    PullRequest pullRequest = source(env);
    Forge forge = QueryScope.of(env).forge();
    Repository repository = pullRequest.headRepository().orElse(forge.base());
    List<GitCommit> commits =
        forge
            .objects()
            .history(
                pullRequest.head(),
                baseHead(env).map(List::of).orElse(List.of()),
                ObjectNetwork.MAX_WALK)
            .reversed();
    return GitObjectFields.commits(env, repository, commits)
        .map(commit -> new HeadCommit(pullRequest.number(), commit));
  }

  private static Optional<ObjectId> baseHead(DataFetchingEnvironment env) {
    QueryScope scope = QueryScope.of(env);
    return scope.replica().ref(scope.forge().base(), source(env).baseBranch());
  }

  private static String webUrl(DataFetchingEnvironment env) {
    QueryScope scope = QueryScope.of(env);
    return "%s/%s/pull/%d"
        .formatted(scope.webUrl(), scope.forge().base().nameWithOwner(), source(env).number());
  }

  private static PullRequest source(DataFetchingEnvironment env) {
    return Sources.of(env, PullRequest.class);
  }
}
