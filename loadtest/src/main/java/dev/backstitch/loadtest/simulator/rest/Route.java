package dev.backstitch.loadtest.simulator.rest;

import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a request's path asks for.
///
/// @param repository empty for routes without one, and when there is no such repository
/// @param rest what follows the fixed part of the path, decoded: a file's path, a ref, an object id
/// @param contractPath the path in the form of the OpenAPI description, each parameter's value
///   percent-encoded with its slashes; empty for what is not served
public record Route(
    Operation operation, Optional<Repository> repository, String rest, String contractPath) {

  /// The method that it takes.
  public String method() {
    return operation.method();
  }

  /// The route of a request. What the simulator does not serve is [Operation#UNKNOWN_ROUTE].
  public static Route of(Request request, Forge forge) {
    List<String> segments = request.segments();
    String first = segments.isEmpty() ? "" : segments.getFirst();
    if (first.equals("repos") && segments.size() >= 3) {
      return inRepository(
          request.method(),
          forge.repository(segments.get(1), segments.get(2)),
          "/repos" + encode(segments.get(1)) + encode(segments.get(2)),
          segments.subList(3, segments.size()));
    }
    if (first.equals("repositories")
        && segments.size() >= 2
        && segments.get(1).matches("[0-9]{1,18}")) {
      return byId(request.method(), forge.repository(Long.parseLong(segments.get(1))), segments);
    }
    if (first.equals("app")) {
      return ofApp(request.path(), segments);
    }
    return switch (request.path()) {
      case "/rate_limit" -> plain(Operation.GET_RATE_LIMIT, "/rate_limit");
      case "/user" -> plain(Operation.GET_USER, "/user");
      default -> plain(Operation.UNKNOWN_ROUTE, "");
    };
  }

  /// What an App asks for itself.
  private static Route ofApp(String path, List<String> segments) {
    String shape = String.join("/", segments).replaceAll("/[0-9]{1,18}(?=/|$)", "/#");
    return switch (shape) {
      case "app/installations/#/access_tokens" ->
          new Route(Operation.CREATE_INSTALLATION_TOKEN, Optional.empty(), segments.get(2), path);
      case "app/hook/deliveries" ->
          new Route(Operation.LIST_APP_DELIVERIES, Optional.empty(), "", path);
      case "app/hook/deliveries/#/attempts" ->
          new Route(Operation.REDELIVER_FOR_APP, Optional.empty(), segments.get(3), path);
      default -> plain(Operation.UNKNOWN_ROUTE, "");
    };
  }

  private static Route byId(String method, Optional<Repository> repository, List<String> segments) {
    String path =
        repository
            .map(found -> "/repos" + encode(found.owner().login()) + encode(found.name()))
            .orElse("/repos/unknown/unknown");
    return inRepository(method, repository, path, segments.subList(2, segments.size()));
  }

  private static Route inRepository(
      String method, Optional<Repository> repository, String path, List<String> parts) {
    String head = parts.stream().limit(2).collect(Collectors.joining("/"));
    Stream<Route> routes =
        Stream.of(
            route(Operation.GET_REPOSITORY, repository, path, List.of(), parts, ""),
            route(Operation.LIST_PULLS, repository, path, List.of("pulls"), parts, ""),
            route(Operation.GET_CONTENTS, repository, path, List.of("contents"), parts, "path"),
            route(Operation.GET_BRANCH, repository, path, List.of("branches"), parts, "name"),
            route(Operation.GET_BLOB, repository, path, List.of("git", "blobs"), parts, "id"),
            route(Operation.GET_TREE, repository, path, List.of("git", "trees"), parts, "name"),
            route(Operation.GET_REF, repository, path, List.of("git", "ref"), parts, "name"),
            route(Operation.GET_COMMIT, repository, path, List.of("git", "commits"), parts, "id"),
            route(Operation.CREATE_BLOB, repository, path, List.of("git", "blobs"), parts, ""),
            route(Operation.CREATE_TREE, repository, path, List.of("git", "trees"), parts, ""),
            route(Operation.CREATE_COMMIT, repository, path, List.of("git", "commits"), parts, ""),
            route(Operation.CREATE_REF, repository, path, List.of("git", "refs"), parts, ""),
            route(Operation.UPDATE_REF, repository, path, List.of("git", "refs"), parts, "name"),
            route(Operation.CREATE_STATUS, repository, path, List.of("statuses"), parts, "sha"),
            route(Operation.GET_INSTALLATION, repository, path, List.of("installation"), parts, ""),
            ofCommit(Operation.GET_STATUS, repository, path, "status", parts),
            ofCommit(Operation.LIST_CHECK_RUNS, repository, path, "check-runs", parts),
            route(Operation.CREATE_CHECK_RUN, repository, path, List.of("check-runs"), parts, ""),
            route(Operation.UPDATE_CHECK_RUN, repository, path, List.of("check-runs"), parts, "id"),
            ofHooks(method, repository, path, parts));
    return routes
        .filter(route -> route.operation() != Operation.UNKNOWN_ROUTE)
        .findFirst()
        .orElseGet(() -> new Route(Operation.UNKNOWN_ROUTE, repository, head, ""));
  }

  /// A route whose path begins with fixed words, followed by one parameter or none.
  private static Route route(
      Operation operation,
      Optional<Repository> repository,
      String path,
      List<String> words,
      List<String> parts,
      String parameter) {
    boolean fits =
        parts.size() >= words.size()
            && parts.subList(0, words.size()).equals(words)
            && (parts.size() > words.size()) != parameter.isEmpty();
    if (!fits) {
      return plain(Operation.UNKNOWN_ROUTE, "");
    }
    String rest = String.join("/", parts.subList(words.size(), parts.size()));
    String fixed = words.stream().map(word -> "/" + word).collect(Collectors.joining());
    // The description knows no empty parameter, though GitHub lists the root for `contents/`.
    String described = rest.isEmpty() ? "/" : rest;
    String contractPath = path + fixed + (parameter.isEmpty() ? "" : encode(described));
    return new Route(operation, repository, rest, contractPath);
  }

  /// A route about a commit, whose name, perhaps a branch with slashes, is between two fixed words.
  private static Route ofCommit(
      Operation operation,
      Optional<Repository> repository,
      String path,
      String last,
      List<String> parts) {
    if (parts.size() < 3 || !parts.getFirst().equals("commits") || !parts.getLast().equals(last)) {
      return plain(Operation.UNKNOWN_ROUTE, "");
    }
    String commit = String.join("/", parts.subList(1, parts.size() - 1));
    return new Route(
        operation, repository, commit, path + "/commits" + encode(commit) + "/" + last);
  }

  /// A route of webhooks: the only ones of which two differ by their method alone.
  private static Route ofHooks(
      String method, Optional<Repository> repository, String path, List<String> parts) {
    String shape = String.join("/", parts).replaceAll("/[0-9]{1,18}(?=/|$)", "/#");
    return switch (shape) {
      case "hooks" ->
          new Route(
              method.equals("POST") ? Operation.CREATE_HOOK : Operation.LIST_HOOKS,
              repository,
              "",
              path + "/hooks");
      case "hooks/#/deliveries" ->
          new Route(
              Operation.LIST_DELIVERIES,
              repository,
              parts.get(1),
              path + "/" + String.join("/", parts));
      case "hooks/#/deliveries/#/attempts" ->
          new Route(
              Operation.REDELIVER,
              repository,
              parts.get(1) + "/" + parts.get(3),
              path + "/" + String.join("/", parts));
      default -> plain(Operation.UNKNOWN_ROUTE, "");
    };
  }

  private static Route plain(Operation operation, String path) {
    return new Route(operation, Optional.empty(), "", path);
  }

  private static String encode(String value) {
    return "/" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
