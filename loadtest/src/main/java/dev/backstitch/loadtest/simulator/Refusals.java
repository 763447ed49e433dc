package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.fault.Fault;
import dev.backstitch.loadtest.simulator.graphql.GraphQlApi;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.LimitShape;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The answers by which GitHub refuses a request before looking at it, or fails it.
final class Refusals {

  private static final Set<String> API_VERSIONS = Set.of("2022-11-28", "2026-03-10");

  private Refusals() {}

  /// What GitHub demands of every request's head.
  static Optional<Answer> head(Request request) {
    if (request.header("User-Agent").orElse("").isBlank()) {
      return Optional.of(
          Answer.of(
              403,
              "text/html; charset=utf-8",
              Body.of(
                  "Request forbidden by administrative rules. Please make sure your request has a"
                      + " User-Agent header.\n")));
    }
    return request
        .header("X-GitHub-Api-Version")
        .filter(version -> !API_VERSIONS.contains(version))
        .map(version ->
            RestApi.error(
                400,
                "\"%s\" is not a supported version. Versions: %s"
                    .formatted(version, API_VERSIONS.stream().sorted().toList())));
  }

  /// Reads are sent on by 301, writes by 307, which keeps their method.
  static Answer moved(String method, String location) {
    boolean read = method.equals("GET");
    return RestApi.error(read ? 301 : 307, read ? "Moved Permanently" : "Temporary Redirect")
        .with("Location", location);
  }

  static Answer badCredentials() {
    return unauthorized("Bad credentials");
  }

  static Answer unauthorized(String message) {
    return RestApi.error(401, message);
  }

  static Answer authenticationRequired() {
    return RestApi.error(401, "This endpoint requires you to be authenticated.");
  }

  /// GitHub says `Not Found` only; whoever meets this wants to know whose fault it is.
  static Answer notServed(String request) {
    return RestApi.error(
        404, "Not Found: the simulator does not serve " + request + ", see docs/simulator.md");
  }

  static Answer quotaExhausted(Call call, Caller caller, LimitShape shape) {
    return switch (call) {
      case Call.Rest _ ->
          RestApi.error(
              shape.restStatus(),
              "API rate limit exceeded for user ID " + caller.account().id() + ".");
      case Call.Git _ -> throw new IllegalStateException("git has no quota");
      case Call.GraphQl _ -> {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode error = json.putArray("errors").addObject();
        switch (shape) {
          case RATE_LIMITED -> error.put("type", "RATE_LIMITED");
          case RATE_LIMIT_WITH_CODE ->
              error.put("type", "RATE_LIMIT").put("code", "graphql_rate_limit");
        }
        error.put(
            "message", "API rate limit already exceeded for user ID " + caller.account().id());
        yield Answer.of(200, RestApi.JSON_TYPE, Body.of(GraphQlApi.bytes(json)));
      }
    };
  }

  private static Answer graphQlError(String type, String message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("errors").addObject().put("type", type).put("message", message);
    return Answer.of(200, RestApi.JSON_TYPE, Body.of(GraphQlApi.bytes(json)));
  }

  static Answer secondaryLimit(Fault.SecondaryLimit limit) {
    String message =
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    Answer answer =
        limit.status() == 200
            ? graphQlError("RATE_LIMITED", message)
            : RestApi.error(limit.status(), message);
    Answer named =
        limit.limitedBy().map(value -> answer.with("gh-limited-by", value)).orElse(answer);
    return limit.retryAfter().map(value -> named.with("Retry-After", value)).orElse(named);
  }

  /// A ref that could be moved is not.
  static Answer refRefused(int status) {
    return status == 409
        ? RestApi.error(status, "Conflict")
        : RestApi.invalid("Update is not a fast forward");
  }

  /// A failure as the load balancer in front of GitHub reports it.
  static Answer failure(Call call, int status) {
    return switch (call) {
      case Call.GraphQl _ ->
          RestApi.error(
              status,
              "We couldn't respond to your request in time. Sorry about that. Please try"
                  + " resubmitting your request and contact us if the problem persists.");
      case Call.Rest _, Call.Git _ when status >= 500 ->
          Answer.of(
              status,
              "text/html; charset=utf-8",
              Body.of("<html><body><h1>Whoa there!</h1><p>%d</p></body></html>".formatted(status)));
      case Call.Rest _, Call.Git _ -> RestApi.error(status, "Refused on purpose with " + status);
    };
  }

  /// What a client that breaks the contract gets: no answer of GitHub's, so that nobody takes it
  /// for one. What a client gets when the simulator itself is at fault.
  static Answer simulatorBroken(RuntimeException cause) {
    return RestApi.error(500, "The simulator failed, which is a fault of its own: " + cause);
  }

  /// What a client that breaks the contract gets: no answer of GitHub's, so that nobody takes it
  /// for one.
  static Answer contractBroken(List<String> problems) {
    return RestApi.error(
        500, "The request is not allowed by GitHub's description of its API: " + problems);
  }
}
