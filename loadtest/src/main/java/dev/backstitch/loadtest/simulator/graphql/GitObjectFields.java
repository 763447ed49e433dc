package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import dev.backstitch.loadtest.simulator.git.TreeItem;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.BlobNode;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.CommitNode;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.EntryNode;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.ObjectNode;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.RefNode;
import dev.backstitch.loadtest.simulator.graphql.RepositoryNode.TreeNode;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.TypeRuntimeWiring;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// Readers of refs, commits, trees, entries and blobs.
final class GitObjectFields {

  private static final int ABBREVIATION = 7;

  private GitObjectFields() {}

  static TypeRuntimeWiring.Builder ref(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("id", env -> NodeIds.of("REF", ref(env).name()))
        .dataFetcher("name", env -> ref(env).name().substring(prefix(ref(env)).length()))
        .dataFetcher("prefix", env -> prefix(ref(env)))
        .dataFetcher("repository", env -> ref(env).repository())
        .dataFetcher("target", env -> object(env, ref(env).repository(), ref(env).target()));
  }

  static TypeRuntimeWiring.Builder commit(TypeRuntimeWiring.Builder type) {
    return gitObject(type, "C")
        .dataFetcher("message", env -> commit(env).message())
        .dataFetcher("messageHeadline", env -> commit(env).headline())
        .dataFetcher("messageBody", env -> commit(env).messageBody())
        .dataFetcher("committedDate", env -> commit(env).time())
        .dataFetcher("authoredDate", env -> commit(env).time())
        .dataFetcher("url", env -> webUrl(env, gitObject(env).repository(), commit(env)))
        .dataFetcher("tree", env -> new TreeNode(gitObject(env).repository(), commit(env).tree()))
        .dataFetcher("file", GitObjectFields::file)
        .dataFetcher("history", GitObjectFields::history)
        .dataFetcher("parents", GitObjectFields::parents);
  }

  static TypeRuntimeWiring.Builder tree(TypeRuntimeWiring.Builder type) {
    return gitObject(type, "T")
        .dataFetcher(
            "entries",
            env ->
                objects(env).items(gitObject(env).id()).stream()
                    .map(item -> new EntryNode(gitObject(env).repository(), item))
                    .toList());
  }

  static TypeRuntimeWiring.Builder blob(TypeRuntimeWiring.Builder type) {
    return gitObject(type, "B")
        .dataFetcher("byteSize", env -> blob(env).byteSize())
        .dataFetcher("isBinary", env -> blob(env).isBinary())
        .dataFetcher("isTruncated", env -> blob(env).isTruncated())
        .dataFetcher("text", env -> blob(env).text());
  }

  static TypeRuntimeWiring.Builder entry(TypeRuntimeWiring.Builder type) {
    return type.dataFetcher("mode", env -> entry(env).mode())
        .dataFetcher("name", env -> entry(env).name())
        .dataFetcher("path", env -> entry(env).path())
        .dataFetcher("oid", env -> entry(env).id().name())
        .dataFetcher("type", env -> entry(env).isTree() ? "tree" : "blob")
        .dataFetcher(
            "size", env -> objects(env).blob(entry(env).id()).map(bytes -> bytes.length).orElse(0))
        .dataFetcher(
            "object", env -> object(env, ((EntryNode) source(env)).repository(), entry(env).id()));
  }

  /// What `<commit>:<path>`, a commit, or the name of a ref stands for; null when there is nothing,
  /// as GitHub answers without an error.
  static @Nullable ObjectNode expression(DataFetchingEnvironment env, Repository repository) {
    @Nullable String oid = env.getArgument("oid");
    if (oid != null) {
      ObjectId id = ObjectId.fromString(oid);
      return QueryScope.of(env).forge().shows(repository, id) ? object(env, repository, id) : null;
    }
    @Nullable String expression = env.getArgument("expression");
    if (expression == null) {
      return null;
    }
    int colon = expression.indexOf(':');
    String name = colon < 0 ? expression : expression.substring(0, colon);
    Optional<GitCommit> commit = QueryScope.of(env).replica().commit(repository, name);
    if (colon < 0) {
      return commit.isPresent()
          ? new CommitNode(repository, commit.get())
          : ObjectId.isId(name) ? object(env, repository, ObjectId.fromString(name)) : null;
    }
    return commit
        .flatMap(found -> objects(env).item(found.tree(), expression.substring(colon + 1)))
        .map(item -> object(env, repository, item.id()))
        .orElse(null);
  }

  static @Nullable ObjectNode object(
      DataFetchingEnvironment env, Repository repository, ObjectId id) {
    ObjectNetwork objects = objects(env);
    return switch (objects.type(id).orElse("")) {
      case Constants.TYPE_COMMIT ->
          objects.commit(id).map(commit -> new CommitNode(repository, commit)).orElseThrow();
      case Constants.TYPE_TREE -> new TreeNode(repository, id);
      case Constants.TYPE_BLOB ->
          new BlobNode(repository, id, new BlobContent(objects.blob(id).orElseThrow()));
      default -> null;
    };
  }

  static String webUrl(DataFetchingEnvironment env, Repository repository, GitCommit commit) {
    return "%s/%s/commit/%s"
        .formatted(QueryScope.of(env).webUrl(), repository.nameWithOwner(), commit.id().name());
  }

  /// A page of commits in the order given; a cursor remembers the commit, its place the order.
  static Page<CommitNode> commits(
      DataFetchingEnvironment env, Repository repository, List<GitCommit> commits) {
    Map<String, Integer> places = new HashMap<>();
    commits.forEach(commit -> places.put(commit.id().name(), places.size()));
    return Page.cut(
            env,
            commits,
            commit -> commit.id().name(),
            new Page.Keys<>(
                Function.identity(),
                Function.identity(),
                Comparator.comparingInt(oid -> places.getOrDefault(oid, -1))))
        .map(commit -> new CommitNode(repository, commit));
  }

  private static TypeRuntimeWiring.Builder gitObject(
      TypeRuntimeWiring.Builder type, String prefix) {
    return type.dataFetcher("id", env -> NodeIds.of(prefix, gitObject(env).id().name()))
        .dataFetcher("oid", env -> gitObject(env).id().name())
        .dataFetcher("abbreviatedOid", env -> gitObject(env).id().name().substring(0, ABBREVIATION))
        .dataFetcher("repository", env -> gitObject(env).repository());
  }

  private static @Nullable EntryNode file(DataFetchingEnvironment env) {
    String path = argument(env, "path");
    return objects(env)
        .item(commit(env).tree(), path)
        .map(item -> new EntryNode(gitObject(env).repository(), item))
        .orElse(null);
  }

  private static Page<CommitNode> history(DataFetchingEnvironment env) {
    List<GitCommit> commits =
        objects(env).history(commit(env).id(), List.of(), Page.itemsNeeded(env));
    return commits(env, gitObject(env).repository(), commits);
  }

  private static Page<CommitNode> parents(DataFetchingEnvironment env) {
    List<GitCommit> parents =
        commit(env).parents().stream()
            .map(parent -> objects(env).commit(parent).orElseThrow())
            .toList();
    return commits(env, gitObject(env).repository(), parents);
  }

  private static String prefix(RefNode ref) {
    return ref.name().startsWith("refs/heads/") ? "refs/heads/" : "refs/";
  }

  private static ObjectNetwork objects(DataFetchingEnvironment env) {
    return QueryScope.of(env).forge().objects();
  }

  private static RefNode ref(DataFetchingEnvironment env) {
    return (RefNode) source(env);
  }

  private static ObjectNode gitObject(DataFetchingEnvironment env) {
    return (ObjectNode) source(env);
  }

  private static GitCommit commit(DataFetchingEnvironment env) {
    return ((CommitNode) source(env)).commit();
  }

  private static BlobContent blob(DataFetchingEnvironment env) {
    return ((BlobNode) source(env)).content();
  }

  private static TreeItem entry(DataFetchingEnvironment env) {
    return ((EntryNode) source(env)).item();
  }

  private static RepositoryNode source(DataFetchingEnvironment env) {
    return Sources.of(env, RepositoryNode.class);
  }

  private static String argument(DataFetchingEnvironment env, String name) {
    return Sources.argument(env, name);
  }
}
