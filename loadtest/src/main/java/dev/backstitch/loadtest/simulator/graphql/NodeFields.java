package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.CommitNode;
import graphql.GraphQLError;
import graphql.execution.DataFetcherResult;
import graphql.schema.DataFetchingEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// Finds what has a global id: pull requests, repositories, and commits, which are shown as the
/// base repository's.
final class NodeFields {
  private static final int MOST = 100;

  private NodeFields() {}

  /// `nodes(ids:)`. An id that is nobody's is null among the others, and an error beside them.
  static DataFetcherResult<List<@Nullable Object>> nodes(DataFetchingEnvironment env) {
    List<String> ids = Objects.requireNonNull(env.<List<String>>getArgument("ids"));
    if (ids.size() > MOST) {
      throw new GitHubErrorException(
          "ARGUMENT_LIMIT",
          "You may not provide more than %d node ids; you provided %d."
              .formatted(MOST, ids.size()));
    }
    List<@Nullable Object> found = new ArrayList<>();
    List<GraphQLError> errors = new ArrayList<>();
    for (String id : ids) {
      Optional<?> node = node(QueryScope.of(env), id);
      if (node.isEmpty()) {
        errors.add(
            GitHubError.at(
                "NOT_FOUND",
                "Could not resolve to a node with the global id of '%s'".formatted(id),
                env.getExecutionStepInfo().getPath().segment(found.size()),
                Optional.ofNullable(env.getField().getSourceLocation())));
      }
      found.add(node.orElse(null));
    }
    return DataFetcherResult.<List<@Nullable Object>>newResult().data(found).errors(errors).build();
  }

  private static Optional<?> node(QueryScope scope, String id) {
    String prefix = id.substring(0, Math.max(0, id.indexOf('_')));
    Optional<String> key = NodeIds.key(prefix, id);
    return switch (prefix) {
      case "PR" ->
          key.flatMap(number ->
              scope.replica().pullRequests().stream()
                  .filter(one -> Long.toString(one.id()).equals(number))
                  .findFirst());
      case "R" ->
          key.filter(number -> number.matches("[0-9]{1,18}"))
              .flatMap(number -> scope.forge().repository(Long.parseLong(number)));
      case "C" ->
          key.filter(ObjectId::isId)
              .flatMap(name -> scope.forge().objects().commit(ObjectId.fromString(name)))
              .map(commit -> new CommitNode(scope.forge().base(), commit));
      default -> Optional.empty();
    };
  }
}
