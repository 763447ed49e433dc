package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.CommitStatus;
import dev.backstitch.loadtest.simulator.forge.NodeIds;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Answers what concerns the statuses of commits.
final class StatusApi {

  private static final int LONGEST_DESCRIPTION = 140;

  private StatusApi() {}

  static Answer answer(Request request, Route route, Repository repository, RestScope scope) {
    Optional<GitCommit> commit = scope.replica().commit(repository, route.rest());
    if (commit.isEmpty()) {
      return RestApi.error(422, "No commit found for SHA: " + route.rest());
    }
    return route.operation() == Operation.CREATE_STATUS
        ? create(request, commit.get(), repository, scope)
        : combined(request, commit.get(), repository, scope);
  }

  private static Answer create(
      Request request, GitCommit commit, Repository repository, RestScope scope) {
    JsonNode wanted = RestApi.body(request);
    Optional<String> description = text(wanted, "description");
    if (description.map(String::length).orElse(0) > LONGEST_DESCRIPTION) {
      return RestApi.error(
          422, "Validation Failed: description is too long (maximum is 140 characters)");
    }
    return scope
        .forge()
        .statuses()
        .add(id ->
            new CommitStatus(
                id,
                commit.id(),
                text(wanted, "context").orElse("default"),
                wanted.path("state").asText(),
                description,
                text(wanted, "target_url"),
                scope.viewer(),
                scope.forge().now()))
        .map(status -> RestApi.json(201, full(scope, repository, status)))
        .orElseGet(() ->
            RestApi.error(
                422,
                "Validation Failed: This SHA and context has reached the maximum number of"
                    + " statuses."));
  }

  private static Answer combined(
      Request request, GitCommit commit, Repository repository, RestScope scope) {
    List<CommitStatus> latest = scope.replica().statuses(commit.id());
    PageLinks page = PageLinks.of(request.parameters(), latest.size());
    String url = RepositoryJson.url(scope, repository) + "/commits/" + commit.id().name();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("state", state(latest));
    ArrayNode statuses = json.putArray("statuses");
    latest.subList(page.from(), page.to()).stream()
        .map(status -> simple(scope, repository, status))
        .forEach(statuses::add);
    json.put("sha", commit.id().name());
    json.put("total_count", latest.size());
    json.set("repository", RepositoryJson.simple(scope, repository));
    json.put("commit_url", url).put("url", url + "/status");
    return page.linked(RestApi.json(200, json), url + "/status", request.parameters());
  }

  private static String state(List<CommitStatus> latest) {
    if (latest.stream()
        .anyMatch(one -> one.state().equals("failure") || one.state().equals("error"))) {
      return "failure";
    }
    return !latest.isEmpty() && latest.stream().allMatch(one -> one.state().equals("success"))
        ? "success"
        : "pending";
  }

  /// `simple-commit-status`.
  private static ObjectNode simple(RestScope scope, Repository repository, CommitStatus status) {
    String created = time(status.createdAt());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("url", RepositoryJson.url(scope, repository) + "/statuses/" + status.commit().name());
    json.put("avatar_url", scope.web() + "/avatars/" + status.creator().id());
    json.put("id", status.id());
    json.put("node_id", NodeIds.of("SC", Long.toString(status.id())));
    json.put("state", status.state());
    json.put("description", status.description().orElse(null));
    json.put("target_url", status.targetUrl().orElse(null));
    json.put("context", status.context());
    return json.put("created_at", created).put("updated_at", created);
  }

  /// `status`.
  private static ObjectNode full(RestScope scope, Repository repository, CommitStatus status) {
    ObjectNode json = simple(scope, repository, status);
    json.set(
        "creator",
        AccountJson.simple(scope, new User(status.creator().id(), status.creator().login())));
    return json;
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
