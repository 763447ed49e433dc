package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Answers what an App may ask when it speaks for itself.
final class AppApi {

  private AppApi() {}

  static Answer answer(Route route, RestScope scope) {
    return route.operation() == Operation.GET_INSTALLATION
        ? find(route, scope)
        : token(route.rest(), scope);
  }

  private static Answer find(Route route, RestScope scope) {
    return route
        .repository()
        .flatMap(repository ->
            scope
                .apps()
                .installation(scope.viewer().appId(), repository.owner().login())
                .map(installation ->
                    RestApi.json(200, installation(scope, installation, repository))))
        .orElseGet(RestApi::notFound);
  }

  private static Answer token(String id, RestScope scope) {
    Optional<Apps.Installation> installation =
        id.matches("[0-9]{1,18}")
            ? scope.apps().installation(Long.parseLong(id))
            : Optional.empty();
    return installation
        .filter(found -> found.app().id() == scope.viewer().appId())
        .map(found -> RestApi.json(201, token(scope.apps().issue(found))))
        .orElseGet(RestApi::notFound);
  }

  /// `installation-token`.
  private static ObjectNode token(Apps.Issued issued) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("token", issued.token());
    json.put("expires_at", issued.until().truncatedTo(ChronoUnit.SECONDS).toString());
    json.set("permissions", permissions());
    return json.put("repository_selection", "all");
  }

  /// `installation`.
  private static ObjectNode installation(
      RestScope scope, Apps.Installation installation, Repository repository) {
    String since = installation.since().truncatedTo(ChronoUnit.SECONDS).toString();
    String url = scope.api() + "/app/installations/" + installation.id();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", installation.id());
    json.set("account", AccountJson.simple(scope, repository.owner()));
    json.put("repository_selection", "all");
    json.put("access_tokens_url", url + "/access_tokens");
    json.put("repositories_url", scope.api() + "/installation/repositories");
    json.put("html_url", scope.web() + "/settings/installations/" + installation.id());
    json.put("app_id", installation.app().id());
    json.put("app_slug", installation.app().slug());
    json.put("target_id", repository.owner().id());
    json.put("target_type", "User");
    json.set("permissions", permissions());
    json.putArray("events");
    json.put("created_at", since).put("updated_at", since);
    return json.putNull("single_file_name").putNull("suspended_by").putNull("suspended_at");
  }

  private static ObjectNode permissions() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("checks", "write")
        .put("contents", "write")
        .put("metadata", "read")
        .put("pull_requests", "read")
        .put("statuses", "write");
  }
}
