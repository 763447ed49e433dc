package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.CheckRun;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers what concerns check runs. Only Apps may write them.
final class CheckRunApi {

  private static final List<String> FIELDS =
      List.of(
          "name",
          "details_url",
          "external_id",
          "status",
          "started_at",
          "conclusion",
          "completed_at",
          "output.title",
          "output.summary",
          "output.text");

  private CheckRunApi() {}

  static Answer answer(Request request, Route route, Repository repository, RestScope scope) {
    boolean writes = route.operation() != Operation.LIST_CHECK_RUNS;
    if (writes && !scope.viewer().mayCheck()) {
      return RestApi.error(403, "You must authenticate via a GitHub App.");
    }
    return switch (route.operation()) {
      case CREATE_CHECK_RUN -> create(RestApi.body(request), repository, scope);
      case UPDATE_CHECK_RUN -> update(RestApi.body(request), route.rest(), repository, scope);
      default -> list(request, route.rest(), repository, scope);
    };
  }

  private static Answer create(JsonNode wanted, Repository repository, RestScope scope) {
    String sha = wanted.path("head_sha").asText();
    Optional<GitCommit> commit = scope.forge().commit(repository, sha);
    if (commit.isEmpty()) {
      return RestApi.error(422, "No commit found for SHA: " + sha);
    }
    var fields = new LinkedHashMap<>(Map.of("status", "queued", "started_at", now(scope)));
    fields.putAll(fields(wanted, scope));
    CheckRun made =
        scope
            .forge()
            .checkRuns()
            .create(commit.get().id(), scope.viewer(), fields, annotations(wanted));
    return RestApi.json(201, json(scope, repository, made));
  }

  private static Answer update(JsonNode wanted, String id, Repository repository, RestScope scope) {
    Optional<CheckRun> found =
        id.matches("[0-9]{1,18}")
            ? scope.forge().checkRuns().find(Long.parseLong(id))
            : Optional.empty();
    if (found.isEmpty()) {
      return RestApi.notFound();
    }
    if (!found.get().creator().equals(scope.viewer())) {
      return RestApi.error(403, "Invalid app_id `%d`".formatted(scope.viewer().appId()));
    }
    CheckRun changed =
        scope
            .forge()
            .checkRuns()
            .update(found.get().id(), fields(wanted, scope), annotations(wanted));
    return RestApi.json(200, json(scope, repository, changed));
  }

  private static Answer list(Request request, String name, Repository repository, RestScope scope) {
    Optional<GitCommit> commit = scope.forge().commit(repository, name);
    if (commit.isEmpty()) {
      return RestApi.error(422, "No commit found for SHA: " + name);
    }
    Map<String, String> parameters = request.parameters();
    List<CheckRun> runs =
        "all".equals(parameters.get("filter"))
            ? scope.forge().checkRuns().of(commit.get().id())
            : scope.forge().checkRuns().latest(commit.get().id());
    List<CheckRun> found =
        runs.reversed().stream()
            .filter(run -> run.name().equals(parameters.getOrDefault("check_name", run.name())))
            .toList();
    PageLinks page = PageLinks.of(parameters, found.size());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("total_count", found.size());
    ArrayNode shown = json.putArray("check_runs");
    found.subList(page.from(), page.to()).stream()
        .map(run -> json(scope, repository, run))
        .forEach(shown::add);
    String url =
        RepositoryJson.url(scope, repository)
            + "/commits/"
            + commit.get().id().name()
            + "/check-runs";
    return page.linked(RestApi.json(200, json), url, parameters);
  }

  private static Map<String, String> fields(JsonNode wanted, RestScope scope) {
    var fields = new LinkedHashMap<String, String>();
    for (String name : FIELDS) {
      JsonNode value = wanted.at("/" + name.replace('.', '/'));
      if (value.isTextual()) {
        fields.put(name, value.asText());
      }
    }
    // "Providing conclusion will automatically set the status parameter to completed."
    if (fields.containsKey("conclusion")) {
      fields.put("status", "completed");
      fields.putIfAbsent("completed_at", now(scope));
    }
    return fields;
  }

  private static List<JsonNode> annotations(JsonNode wanted) {
    var annotations = new ArrayList<JsonNode>();
    wanted.at("/output/annotations").forEach(annotations::add);
    return annotations;
  }

  /// `check-run`.
  private static ObjectNode json(RestScope scope, Repository repository, CheckRun run) {
    String url = RepositoryJson.url(scope, repository) + "/check-runs/" + run.id();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", run.id());
    json.put("node_id", NodeIds.of("CR", Long.toString(run.id())));
    json.put("head_sha", run.commit().name());
    json.put("url", url);
    json.put("html_url", RepositoryJson.webUrl(scope, repository) + "/runs/" + run.id());
    for (String name : FIELDS.subList(0, FIELDS.indexOf("output.title"))) {
      json.put(name, run.field(name).orElse(null));
    }
    ObjectNode output = json.putObject("output");
    for (String name : List.of("title", "summary", "text")) {
      output.put(name, run.field("output." + name).orElse(null));
    }
    output.put("annotations_count", run.annotations().size());
    output.put("annotations_url", url + "/annotations");
    json.putObject("check_suite").put("id", run.creator().id());
    json.set("app", app(scope, run.creator()));
    json.putArray("pull_requests");
    return json;
  }

  /// `integration`.
  private static ObjectNode app(RestScope scope, Account account) {
    String slug = account.login().replace("[bot]", "");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", account.appId());
    json.put("slug", slug);
    json.put("node_id", NodeIds.of("A", Long.toString(account.appId())));
    json.set("owner", AccountJson.simple(scope, scope.forge().base().owner()));
    json.put("name", slug).putNull("description");
    json.put("external_url", scope.web()).put("html_url", scope.web() + "/apps/" + slug);
    json.put("created_at", "2020-01-01T00:00:00Z").put("updated_at", "2020-01-01T00:00:00Z");
    json.putObject("permissions").put("checks", "write");
    json.putArray("events");
    return json;
  }

  private static String now(RestScope scope) {
    return scope.forge().now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
