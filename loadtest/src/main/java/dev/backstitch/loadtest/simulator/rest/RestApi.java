package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.TreeItem;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// Answers the REST routes. Has no state of its own.
public final class RestApi {

  /// The content type of answers in JSON.
  public static final String JSON_TYPE = "application/json; charset=utf-8";

  private static final String RAW_TYPE = "application/vnd.github.raw+json; charset=utf-8";
  private static final String HEADS = "refs/heads/";
  private static final ObjectMapper JSON = new ObjectMapper();

  private RestApi() {}

  /// Answers a request of that route, from the world as it is now.
  public static Answer answer(Request request, Route route, RestScope scope) {
    if (route.operation().isWrite() && !reaches(scope, route)) {
      return error(403, "Resource not accessible by integration");
    }
    if (scope.forge().isPrivate() && route.repository().isPresent() && !seesPrivate(scope)) {
      return notFound();
    }
    return switch (route.operation()) {
      case GET_USER ->
          json(AccountJson.full(scope, new User(scope.viewer().id(), scope.viewer().login())));
      case GET_RATE_LIMIT -> json(rateLimit(scope));
      case GET_REPOSITORY,
          LIST_PULLS,
          GET_CONTENTS,
          GET_BLOB,
          GET_TREE,
          GET_REF,
          GET_COMMIT,
          GET_BRANCH ->
          route
              .repository()
              .map(repository -> inRepository(request, route, repository, scope))
              .orElseGet(RestApi::notFound);
      case CREATE_STATUS, GET_STATUS ->
          route
              .repository()
              .map(repository -> StatusApi.answer(request, route, repository, scope))
              .orElseGet(RestApi::notFound);
      case CREATE_CHECK_RUN, UPDATE_CHECK_RUN, LIST_CHECK_RUNS ->
          route
              .repository()
              .map(repository -> CheckRunApi.answer(request, route, repository, scope))
              .orElseGet(RestApi::notFound);
      case LIST_HOOKS, CREATE_HOOK, LIST_DELIVERIES, REDELIVER ->
          route
              .repository()
              .map(repository -> HookApi.answer(request, route, repository, scope))
              .orElseGet(RestApi::notFound);
      case CREATE_BLOB, CREATE_TREE, CREATE_COMMIT, CREATE_REF, UPDATE_REF ->
          route
              .repository()
              .map(repository -> GitDataApi.answer(request, route, repository, scope))
              .orElseGet(RestApi::notFound);
      case GET_INSTALLATION, CREATE_INSTALLATION_TOKEN -> AppApi.answer(route, scope);
      case LIST_APP_DELIVERIES, REDELIVER_FOR_APP -> HookApi.ofApp(request, route, scope);
      case UNKNOWN_ROUTE -> notFound();
      case ANY,
          GRAPHQL,
          REST,
          GIT,
          READ_STATE,
          LIST_HEADS,
          READ_HEADS,
          FETCH_FILES,
          READ_HISTORY,
          COMMIT,
          OTHER_QUERY,
          GIT_INFO_REFS,
          GIT_UPLOAD_PACK,
          GIT_RECEIVE_PACK ->
          throw new IllegalArgumentException(route.operation() + " is no REST route");
    };
  }

  /// An installation writes to the repositories of its owner only.
  private static boolean reaches(RestScope scope, Route route) {
    return route
        .repository()
        .map(repository -> scope.apps().reaches(scope.viewer(), repository.owner().login()))
        .orElse(true);
  }

  /// Forks are as their base.
  private static boolean seesPrivate(RestScope scope) {
    return !scope.viewer().anonymous()
        && scope.apps().reaches(scope.viewer(), scope.forge().base().owner().login());
  }

  private static Answer inRepository(
      Request request, Route route, Repository repository, RestScope scope) {
    Forge forge = scope.forge();
    return switch (route.operation()) {
      case GET_REPOSITORY -> json(RepositoryJson.full(scope, repository));
      case LIST_PULLS -> pulls(request, repository, scope);
      case GET_CONTENTS -> contents(request, repository, route.rest(), scope);
      case GET_BLOB -> blob(request, repository, route.rest(), scope);
      case GET_TREE -> TreeApi.answer(request, route.rest(), repository, scope);
      case GET_REF ->
          scope
              .replica()
              .ref(repository, "refs/" + route.rest())
              .map(id -> json(GitJson.ref(scope, repository, "refs/" + route.rest(), id)))
              .orElseGet(RestApi::notFound);
      case GET_COMMIT ->
          objectId(route.rest())
              .flatMap(forge.objects()::commit)
              .map(commit ->
                  json(GitJson.commit(scope, repository, commit))
                      .with("Last-Modified", httpDate(commit.time())))
              .orElseGet(RestApi::notFound);
      case GET_BRANCH ->
          scope
              .replica()
              .ref(repository, HEADS + route.rest())
              .flatMap(forge.objects()::commit)
              .map(commit -> json(branch(scope, repository, route.rest(), commit)))
              .orElseGet(() -> error(404, "Branch not found"));
      default -> throw new IllegalArgumentException(route.operation() + " needs no repository");
    };
  }

  private static String httpDate(Instant time) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC));
  }

  private static ObjectNode branch(
      RestScope scope, Repository repository, String name, GitCommit commit) {
    boolean isProtected = !repository.fork() && scope.forge().protection(name).isPresent();
    return GitJson.branch(scope, repository, name, commit, isProtected);
  }

  private static Answer contents(
      Request request, Repository repository, String path, RestScope scope) {
    String ref = request.parameters().getOrDefault("ref", repository.defaultBranch());
    Optional<GitCommit> commit = scope.replica().commit(repository, ref);
    if (commit.isEmpty()) {
      return error(404, "No commit found for the ref " + ref);
    }
    Optional<TreeItem> item = scope.forge().objects().item(commit.get().tree(), path);
    if (item.isEmpty()) {
      return notFound();
    }
    if (item.get().isTree()) {
      return json(GitJson.directory(scope, repository, ref, path));
    }
    byte[] content = scope.forge().objects().blob(item.get().id()).orElseThrow();
    if (content.length > scope.forge().sizes().limits().fileBytes()) {
      return tooLarge();
    }
    return wantsRaw(request)
        ? Answer.of(200, RAW_TYPE, Body.of(content))
        : json(GitJson.file(scope, repository, ref, item.get(), content));
  }

  private static Answer blob(Request request, Repository repository, String name, RestScope scope) {
    if (objectId(name).isEmpty()) {
      return invalid("The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
    }
    ObjectId id = objectId(name).orElseThrow();
    Optional<byte[]> content = scope.forge().objects().blob(id);
    if (content.isEmpty()) {
      return notFound();
    }
    if (content.get().length > scope.forge().sizes().limits().fileBytes()) {
      return tooLarge();
    }
    return wantsRaw(request)
        ? Answer.of(200, RAW_TYPE, Body.of(content.get()))
        : json(GitJson.blob(scope, repository, id, content.get()));
  }

  private static Answer tooLarge() {
    return error(
        403,
        "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via"
            + " the API.");
  }

  private static Answer pulls(Request request, Repository repository, RestScope scope) {
    Map<String, String> parameters = request.parameters();
    List<PullRequest> found =
        repository.fork()
            ? List.of()
            : scope.replica().pullRequests().stream()
                .filter(one -> hasState(one, parameters.getOrDefault("state", "open")))
                .filter(one ->
                    parameters.getOrDefault("base", one.baseBranch()).equals(one.baseBranch()))
                .sorted(order(parameters))
                .toList();
    PageLinks page = PageLinks.of(parameters, found.size());
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    found.subList(page.from(), page.to()).stream()
        .map(pullRequest -> PullRequestJson.simple(scope, pullRequest))
        .forEach(json::add);
    return page.linked(
        json(json), scope.api() + "/repositories/" + repository.id() + "/pulls", parameters);
  }

  private static boolean hasState(PullRequest pullRequest, String state) {
    return state.equals("all") || state.equals("open") == pullRequest.open();
  }

  private static Comparator<PullRequest> order(Map<String, String> parameters) {
    boolean byUpdate = "updated".equals(parameters.get("sort"));
    boolean newestFirst =
        parameters
            .getOrDefault("direction", parameters.containsKey("sort") && byUpdate ? "asc" : "desc")
            .equals("desc");
    Comparator<PullRequest> order =
        Comparator.comparing(byUpdate ? PullRequest::updatedAt : PullRequest::createdAt)
            .thenComparingInt(PullRequest::number);
    return newestFirst ? order.reversed() : order;
  }

  private static ObjectNode rateLimit(RestScope scope) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode resources = json.putObject("resources");
    QuotaState core = scope.quota(QuotaResource.CORE);
    resources.set("core", quota(core));
    // Searching is not simulated; clients that read the whole answer expect the entry.
    resources.set("search", quota(new QuotaState(30, 30, 0, core.reset())));
    resources.set("graphql", quota(scope.quota(QuotaResource.GRAPHQL)));
    json.set("rate", quota(core));
    return json;
  }

  private static ObjectNode quota(QuotaState state) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("limit", state.limit())
        .put("used", state.used())
        .put("remaining", state.remaining())
        .put("reset", state.reset().getEpochSecond());
  }

  private static boolean wantsRaw(Request request) {
    String accept = request.header("Accept").orElse("");
    return accept.contains("application/vnd.github.raw") || accept.contains(".raw+json");
  }

  /// Whether a body can be read at all.
  public static boolean isJson(Body body) {
    try {
      return !JSON.readTree(body.bytes()).isMissingNode();
    } catch (IOException e) {
      return false;
    }
  }

  /// How many entries a tree is to get, by a body that can be read.
  public static int treeEntries(Body body) {
    try {
      return JSON.readTree(body.bytes()).path("tree").size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The body of a request, which was found to be what GitHub describes.
  static JsonNode body(Request request) {
    try {
      return JSON.readTree(request.body().bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<ObjectId> objectId(String name) {
    return ObjectId.isId(name) ? Optional.of(ObjectId.fromString(name)) : Optional.empty();
  }

  static Answer notFound() {
    return error(404, "Not Found");
  }

  /// An error in GitHub's form.
  public static Answer error(int status, String message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("message", message);
    json.put("documentation_url", "https://docs.github.com/rest");
    json.put("status", Integer.toString(status));
    return json(status, json);
  }

  /// 422 where GitHub describes it: without `status`, which it sends but its description of this
  /// answer does not know.
  public static Answer invalid(String message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("message", message).put("documentation_url", "https://docs.github.com/rest/git");
    return json(422, json);
  }

  private static Answer json(JsonNode json) {
    return json(200, json);
  }

  static Answer json(int status, JsonNode json) {
    try {
      return Answer.of(status, JSON_TYPE, Body.of(JSON.writeValueAsBytes(json)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer of ours is not JSON", e);
    }
  }
}
