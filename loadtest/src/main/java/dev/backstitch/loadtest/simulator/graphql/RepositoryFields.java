package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.RefNode;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.TypeRuntimeWiring;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Readers of repositories and users, and of a repository's pull requests.
final class RepositoryFields {

  private static final String HEADS = "refs/heads/";

  private RepositoryFields() {}

  static TypeRuntimeWiring.Builder repository(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("id", env -> NodeIds.of("R", Long.toString(repository(env).id())))
        .dataFetcher("databaseId", env -> repository(env).id())
        .dataFetcher("name", env -> repository(env).name())
        .dataFetcher("nameWithOwner", env -> repository(env).nameWithOwner())
        .dataFetcher("owner", env -> repository(env).owner())
        .dataFetcher("isFork", env -> repository(env).fork())
        .dataFetcher("isArchived", _ -> false)
        .dataFetcher("isPrivate", env -> forge(env).isPrivate())
        .dataFetcher("createdAt", env -> repository(env).createdAt())
        .dataFetcher("updatedAt", env -> repository(env).createdAt())
        .dataFetcher("url", env -> webUrl(env, repository(env).nameWithOwner()))
        .dataFetcher("ref", env -> ref(env, Sources.argument(env, "qualifiedName")))
        .dataFetcher("defaultBranchRef", env -> ref(env, repository(env).defaultBranch()))
        .dataFetcher("object", env -> GitObjectFields.expression(env, repository(env)))
        .dataFetcher("pullRequest", RepositoryFields::pullRequest)
        .dataFetcher("pullRequests", RepositoryFields::pullRequests);
  }

  static TypeRuntimeWiring.Builder user(TypeRuntimeWiring.Builder type) {
    return bot(type).dataFetcher("name", _ -> null);
  }

  /// Bots have no display name.
  static TypeRuntimeWiring.Builder bot(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("id", env -> NodeIds.of("U", Long.toString(user(env).id())))
        .dataFetcher("databaseId", env -> user(env).id())
        .dataFetcher("login", env -> user(env).login())
        .dataFetcher("url", env -> webUrl(env, user(env).login()))
        .dataFetcher("resourcePath", env -> "/" + user(env).login());
  }

  private static @Nullable RefNode ref(DataFetchingEnvironment env, String name) {
    Repository repository = repository(env);
    String fullName = name.startsWith("refs/") ? name : HEADS + name;
    return QueryScope.of(env)
        .replica()
        .ref(repository, fullName)
        .map(target -> new RefNode(repository, fullName, target))
        .orElse(null);
  }

  private static PullRequest pullRequest(DataFetchingEnvironment env) {
    int number = Objects.requireNonNull(env.<Integer>getArgument("number"));
    return QueryScope.of(env)
        .replica()
        .pullRequest(number)
        .filter(_ -> !repository(env).fork())
        .orElseThrow(() ->
            new GitHubErrorException(
                "NOT_FOUND",
                "Could not resolve to a PullRequest with the number of %d.".formatted(number)));
  }

  private static Page<PullRequest> pullRequests(DataFetchingEnvironment env) {
    @Nullable List<String> states = env.getArgument("states");
    @Nullable String base = env.getArgument("baseRefName");
    @Nullable String head = env.getArgument("headRefName");
    @Nullable Map<String, String> orderBy = env.getArgument("orderBy");
    boolean byUpdate = orderBy != null && "UPDATED_AT".equals(orderBy.get("field"));
    boolean descending = orderBy != null && "DESC".equals(orderBy.get("direction"));
    Comparator<Place> ascending = Comparator.naturalOrder();
    Comparator<Place> order = descending ? ascending.reversed() : ascending;
    List<Row> rows =
        repository(env).fork()
            ? List.of()
            : QueryScope.of(env).replica().pullRequests().stream()
                .filter(one -> states == null || states.contains(one.open() ? "OPEN" : "CLOSED"))
                .filter(one -> base == null || one.baseBranch().equals(base))
                .filter(one -> head == null || one.headBranch().equals(head))
                .map(one -> new Row(Place.of(one, byUpdate), one))
                .sorted(Comparator.comparing(Row::place, order))
                .toList();
    return Page.cut(env, rows, Row::place, new Page.Keys<>(Place::text, Place::parse, order))
        .map(Row::pullRequest);
  }

  private record Row(Place place, PullRequest pullRequest) {}

  /// Where a pull request stands in a list: by a time, ties by number. Numbers and no text, because
  /// a page of ten thousand looks at all of them.
  private record Place(long millis, int number) implements Comparable<Place> {

    static Place of(PullRequest pullRequest, boolean byUpdate) {
      Instant time = byUpdate ? pullRequest.updatedAt() : pullRequest.createdAt();
      return new Place(time.toEpochMilli(), pullRequest.number());
    }

    String text() {
      return millis + ":" + number;
    }

    static Place parse(String text) {
      int colon = text.indexOf(':');
      return new Place(
          Long.parseLong(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public int compareTo(Place other) {
      int byTime = Long.compare(millis, other.millis);
      return byTime != 0 ? byTime : Integer.compare(number, other.number);
    }
  }

  private static String webUrl(DataFetchingEnvironment env, String path) {
    return QueryScope.of(env).webUrl() + "/" + path;
  }

  private static Forge forge(DataFetchingEnvironment env) {
    return QueryScope.of(env).forge();
  }

  private static Repository repository(DataFetchingEnvironment env) {
    return Sources.of(env, Repository.class);
  }

  private static User user(DataFetchingEnvironment env) {
    return Sources.of(env, User.class);
  }
}
