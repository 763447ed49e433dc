package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.RefOutcome;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectWriter;
import dev.backstitch.loadtest.simulator.git.ObjectWriter.Change;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// Answers the writes of the git data API (https://docs.github.com/en/rest/git): objects first,
/// then the ref that makes them seen.
final class GitDataApi {

  private static final int TREE_MODE = 0040000;
  private static final int OCTAL = 8;

  private GitDataApi() {}

  /// What GitHub does not accept, with its message.
  private static final class RefusedException extends RuntimeException {
    RefusedException(String message) {
      super(message);
    }
  }

  static Answer answer(Request request, Route route, Repository repository, RestScope scope) {
    if (repository.fork()) {
      return RestApi.error(403, "Resource not accessible by personal access token");
    }
    JsonNode wanted = RestApi.body(request);
    try {
      return switch (route.operation()) {
        case CREATE_BLOB -> blob(wanted, repository, scope);
        case CREATE_TREE -> tree(wanted, repository, scope);
        case CREATE_COMMIT -> commit(wanted, repository, scope);
        case CREATE_REF -> createRef(wanted, repository, scope);
        case UPDATE_REF -> updateRef(wanted, "refs/" + route.rest(), repository, scope);
        default -> throw new IllegalArgumentException(route.operation() + " writes no git data");
      };
    } catch (RefusedException refused) {
      return RestApi.invalid(String.valueOf(refused.getMessage()));
    }
  }

  // ------------------------------------------------------------------ objects

  private static Answer blob(JsonNode wanted, Repository repository, RestScope scope) {
    ObjectId id = new ObjectWriter(scope.forge().objects()).blob(content(wanted));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("sha", id.name());
    json.put("url", RepositoryJson.url(scope, repository) + "/git/blobs/" + id.name());
    return RestApi.json(201, json);
  }

  private static byte[] content(JsonNode wanted) {
    String content = wanted.path("content").asText();
    if (!wanted.path("encoding").asText("utf-8").equals("base64")) {
      return content.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getMimeDecoder().decode(content);
    } catch (IllegalArgumentException notBase64) {
      throw new RefusedException("content is not valid Base64");
    }
  }

  private static Answer tree(JsonNode wanted, Repository repository, RestScope scope) {
    var writer = new ObjectWriter(scope.forge().objects());
    Optional<ObjectId> base =
        Optional.ofNullable(wanted.path("base_tree").textValue())
            .map(sha -> treeOf(scope, sha, "base_tree is not a valid tree oid"));
    var changes = new ArrayList<Change>();
    for (JsonNode entry : wanted.path("tree")) {
      changes.add(change(entry, base, writer, scope));
    }
    ObjectId id = writer.tree(base, changes);
    return RestApi.json(201, TreeApi.written(id, repository, scope));
  }

  private static Change change(
      JsonNode entry, Optional<ObjectId> base, ObjectWriter writer, RestScope scope) {
    String path = entry.path("path").asText();
    if (!ObjectWriter.accepts(path)) {
      throw new RefusedException("tree.path contains a malformed path component");
    }
    boolean inline = entry.path("content").isTextual();
    if (inline && entry.has("sha")) {
      throw new RefusedException("Must supply either tree.sha or tree.content, not both");
    }
    int mode = Integer.parseInt(entry.path("mode").asText("100644"), OCTAL);
    if (inline) {
      return new Change.File(
          path, mode, writer.blob(entry.path("content").asText().getBytes(StandardCharsets.UTF_8)));
    }
    if (entry.path("sha").isNull()) {
      if (base.flatMap(tree -> scope.forge().objects().item(tree, path)).isEmpty()) {
        throw new RefusedException("GitRPC::BadObjectState");
      }
      return new Change.Deletion(path);
    }
    String sha = entry.path("sha").asText();
    if (mode == TREE_MODE) {
      return new Change.Tree(path, treeOf(scope, sha, "tree.sha " + sha + " is not a valid tree"));
    }
    return new Change.File(
        path, mode, object(scope, sha, "blob", "tree.sha " + sha + " is not a valid blob"));
  }

  private static Answer commit(JsonNode wanted, Repository repository, RestScope scope) {
    Forge forge = scope.forge();
    ObjectId tree = treeOf(scope, wanted.path("tree").asText(), "Tree SHA does not exist");
    var parents = new ArrayList<ObjectId>();
    for (JsonNode parent : wanted.path("parents")) {
      parents.add(
          object(
              scope,
              parent.asText(),
              "commit",
              "Parent SHA does not exist or is not a commit object"));
    }
    ObjectWriter.Person author = person(wanted.path("author"), me(scope));
    ObjectId id =
        new ObjectWriter(forge.objects())
            .commit(
                new ObjectWriter.Commit(
                    tree,
                    List.copyOf(parents),
                    wanted.path("message").asText(),
                    author,
                    person(wanted.path("committer"), author)));
    GitCommit written = forge.objects().commit(id).orElseThrow();
    return RestApi.json(201, GitJson.commit(scope, repository, written));
  }

  private static ObjectWriter.Person me(RestScope scope) {
    Account viewer = scope.viewer();
    return new ObjectWriter.Person(
        viewer.login(),
        viewer.id() + "+" + viewer.login() + "@users.noreply.github.com",
        scope.forge().now());
  }

  private static ObjectWriter.Person person(JsonNode wanted, ObjectWriter.Person otherwise) {
    return new ObjectWriter.Person(
        wanted.path("name").asText(otherwise.name()),
        wanted.path("email").asText(otherwise.email()),
        wanted.has("date") ? time(wanted.path("date").asText()) : otherwise.time());
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notATime) {
      throw new RefusedException("date is not a valid ISO 8601 timestamp");
    }
  }

  // ------------------------------------------------------------------ refs

  private static Answer createRef(JsonNode wanted, Repository repository, RestScope scope) {
    String name = wanted.path("ref").asText();
    if (!org.eclipse.jgit.lib.Repository.isValidRefName(name) || !name.startsWith("refs/")) {
      throw new RefusedException("Reference name must start with 'refs/' and be well-formed");
    }
    ObjectId target = target(scope, wanted);
    if (Forge.isHidden(name)) {
      throw new RefusedException("Reference update failed");
    }
    if (!scope.forge().createRef(name, target, viewer(scope))) {
      throw new RefusedException("Reference already exists");
    }
    return RestApi.json(201, GitJson.ref(scope, repository, name, target));
  }

  private static Answer updateRef(
      JsonNode wanted, String name, Repository repository, RestScope scope) {
    ObjectId target = target(scope, wanted);
    if (Forge.isHidden(name)) {
      throw new RefusedException("Reference cannot be updated");
    }
    boolean force = wanted.path("force").asBoolean(false);
    return switch (scope.forge().updateRef(name, target, force, viewer(scope))) {
      case RefOutcome.Moved() -> RestApi.json(200, GitJson.ref(scope, repository, name, target));
      case RefOutcome.NoSuchRef() -> throw new RefusedException("Reference does not exist");
      case RefOutcome.NoFastForward() -> throw new RefusedException("Update is not a fast forward");
      case RefOutcome.Protected _ ->
          throw new RefusedException(
              "Repository rule violations found: Changes must be made through a pull request.");
    };
  }

  private static User viewer(RestScope scope) {
    return new User(scope.viewer().id(), scope.viewer().login());
  }

  private static ObjectId target(RestScope scope, JsonNode wanted) {
    return object(scope, wanted.path("sha").asText(), "commit", "Object does not exist");
  }

  // ------------------------------------------------------------------ what is named

  private static ObjectId object(RestScope scope, String sha, String type, String otherwise) {
    return RestApi.objectId(sha)
        .filter(id -> scope.forge().objects().type(id).filter(type::equals).isPresent())
        .orElseThrow(() -> new RefusedException(otherwise));
  }

  /// A tree, or that of a commit, as GitHub takes either.
  private static ObjectId treeOf(RestScope scope, String sha, String otherwise) {
    return RestApi.objectId(sha)
        .flatMap(scope.forge().objects()::commit)
        .map(GitCommit::tree)
        .orElseGet(() -> object(scope, sha, "tree", otherwise));
  }
}
