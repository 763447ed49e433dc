package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.contract.Schemas;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLSchema;
import graphql.schema.TypeResolver;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.List;
import java.util.Objects;

/// Joins the reduced schema with the readers of its fields. A field without a reader here would be
/// looked up by reflection and come out null, so a test holds the two against each other.
final class SchemaWiring {

  private static final List<String> CONNECTIONS =
      List.of(
          "CommitConnection",
          "CommitHistoryConnection",
          "PullRequestConnection",
          "PullRequestCommitConnection");
  private static final List<String> EDGES =
      List.of("CommitEdge", "PullRequestEdge", "PullRequestCommitEdge");

  private static final TypeResolver TYPES =
      env ->
          env.getSchema()
              .getObjectType(
                  switch (env.<Object>getObject()) {
                    case RepositoryNode.CommitNode _ -> "Commit";
                    case RepositoryNode.TreeNode _ -> "Tree";
                    case RepositoryNode.BlobNode _ -> "Blob";
                    case User _ -> "User";
                    case Repository _ -> "Repository";
                    case PullRequest _ -> "PullRequest";
                    case Object other ->
                        throw new IllegalStateException("No GraphQL type for " + other);
                  });

  private SchemaWiring() {}

  static GraphQLSchema schema() {
    return new SchemaGenerator()
        .makeExecutableSchema(new SchemaParser().parse(Schemas.graphQl()), wiring());
  }

  static RuntimeWiring wiring() {
    RuntimeWiring.Builder wiring =
        RuntimeWiring.newRuntimeWiring()
            .type("Query", SchemaWiring::query)
            .type(
                "Mutation",
                type -> type.dataFetcher("createCommitOnBranch", CommitMutation::commit))
            .type("CreateCommitOnBranchPayload", SchemaWiring::payload)
            .type("RateLimit", SchemaWiring::rateLimit)
            .type("Repository", RepositoryFields::repository)
            .type("User", RepositoryFields::user)
            .type("Bot", RepositoryFields::bot)
            .type("Organization", RepositoryFields::user)
            .type("PullRequest", PullRequestFields::pullRequest)
            .type("PullRequestCommit", PullRequestFields::headCommit)
            .type("Ref", GitObjectFields::ref)
            .type("Commit", GitObjectFields::commit)
            .type("Tree", GitObjectFields::tree)
            .type("Blob", GitObjectFields::blob)
            .type("TreeEntry", GitObjectFields::entry)
            .type("PageInfo", SchemaWiring::pageInfo);
    CONNECTIONS.forEach(name -> wiring.type(name, SchemaWiring::connection));
    EDGES.forEach(name -> wiring.type(name, SchemaWiring::edge));
    for (String name : List.of("Actor", "RepositoryOwner", "GitObject", "Node")) {
      wiring.type(name, type -> type.typeResolver(TYPES));
    }
    for (String name : List.of("BigInt", "DateTime", "GitTimestamp", "URI")) {
      wiring.scalar(Scalars.text(name));
    }
    return wiring.scalar(Scalars.objectId()).scalar(Scalars.base64()).build();
  }

  private static TypeRuntimeWiring.Builder query(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("repository", SchemaWiring::repository)
        .dataFetcher("nodes", NodeFields::nodes)
        .dataFetcher(
            "viewer",
            env -> {
              var viewer = QueryScope.of(env).viewer();
              return new User(viewer.id(), viewer.login());
            })
        .dataFetcher("rateLimit", QueryScope::of)
        .dataFetcher("id", _ -> NodeIds.of("Q", "query"));
  }

  private static Repository repository(DataFetchingEnvironment env) {
    String owner = Sources.argument(env, "owner");
    String name = Sources.argument(env, "name");
    Forge forge = QueryScope.of(env).forge();
    return forge
        .repository(owner, name)
        .or(() -> forge.renamed(owner, name))
        .orElseThrow(() ->
            new GitHubErrorException(
                "NOT_FOUND",
                "Could not resolve to a Repository with the name '%s/%s'.".formatted(owner, name)));
  }

  private static TypeRuntimeWiring.Builder payload(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher(
            "clientMutationId",
            env -> Sources.of(env, CommitMutation.Payload.class).clientMutationId())
        .dataFetcher("commit", env -> Sources.of(env, CommitMutation.Payload.class).commit())
        .dataFetcher("ref", env -> Sources.of(env, CommitMutation.Payload.class).ref());
  }

  private static TypeRuntimeWiring.Builder rateLimit(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("limit", env -> QueryScope.of(env).quota().limit())
        .dataFetcher("remaining", env -> QueryScope.of(env).quota().remaining())
        .dataFetcher("used", env -> QueryScope.of(env).quota().used())
        .dataFetcher("resetAt", env -> QueryScope.of(env).quotaReset())
        .dataFetcher("cost", env -> plan(env).cost())
        .dataFetcher("nodeCount", env -> plan(env).nodes());
  }

  private static QueryPlan plan(DataFetchingEnvironment env) {
    return Objects.requireNonNull(env.getGraphQlContext().get(QueryPlan.class));
  }

  private static TypeRuntimeWiring.Builder connection(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("nodes", env -> Sources.of(env, Page.class).nodes())
        .dataFetcher("edges", env -> Sources.of(env, Page.class).edges())
        .dataFetcher("totalCount", env -> Sources.of(env, Page.class).totalCount())
        .dataFetcher("pageInfo", env -> Sources.of(env, Page.class));
  }

  private static TypeRuntimeWiring.Builder edge(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("cursor", env -> Sources.of(env, Page.Edge.class).cursor())
        .dataFetcher("node", env -> Sources.of(env, Page.Edge.class).node());
  }

  private static TypeRuntimeWiring.Builder pageInfo(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("hasNextPage", env -> Sources.of(env, Page.class).hasNextPage())
        .dataFetcher("hasPreviousPage", env -> Sources.of(env, Page.class).hasPreviousPage())
        .dataFetcher("startCursor", env -> Sources.of(env, Page.class).startCursor())
        .dataFetcher("endCursor", env -> Sources.of(env, Page.class).endCursor());
  }
}
