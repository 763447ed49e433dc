package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.contract.OpenApiContract;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.graphql.GraphQlApi;
import dev.backstitch.loadtest.simulator.graphql.Preparation;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import dev.backstitch.loadtest.simulator.rest.Route;
import java.util.List;
import java.util.regex.Pattern;

/// A request after its address and its document were read: what it is for.
sealed interface Call {

  /// The request with the prefix of GitHub Enterprise taken off.
  Request request();

  Operation operation();

  /// What this request costs at least.
  int cost();

  /// The address that the client used for the API.
  String api();

  /// What GitHub's descriptions say against it, whoever asks and whatever it meets: empty if
  /// nothing.
  List<String> problems();

  record GraphQl(Request request, Preparation preparation, String api) implements Call {

    @Override
    public Operation operation() {
      return switch (preparation) {
        case Preparation.Ready ready -> ready.plan().operation();
        case Preparation.Invalid _ -> Operation.OTHER_QUERY;
      };
    }

    @Override
    public int cost() {
      return switch (preparation) {
        case Preparation.Ready ready -> ready.plan().cost();
        case Preparation.Invalid _ -> 1;
      };
    }

    @Override
    public List<String> problems() {
      return switch (preparation) {
        case Preparation.Ready _ -> List.of();
        case Preparation.Invalid invalid -> invalid.problems();
      };
    }
  }

  record Rest(Request request, Route route, String api, List<String> problems) implements Call {

    public Rest {
      problems = List.copyOf(problems);
    }

    /// Holds a request against GitHub's description, if it is one that is served.
    static Rest of(Request request, Route route, String api) {
      if (!isServed(request, route)) {
        return new Rest(request, route, api, List.of());
      }
      return new Rest(
          request,
          route,
          api,
          isReadable(request)
              ? OpenApiContract.shared()
                  .checkRequest(
                      request.method(),
                      route.contractPath(),
                      request.parameters(),
                      request.body().text())
              : List.of("The body is no JSON"));
    }

    private static boolean isServed(Request request, Route route) {
      return route.operation() != Operation.UNKNOWN_ROUTE
          && route.method().equals(request.method());
    }

    private static boolean isReadable(Request request) {
      return request.body().size() == 0 || RestApi.isJson(request.body());
    }

    /// Whether the simulator knows such requests at all.
    boolean isServed() {
      return isServed(request, route);
    }

    /// Whether its body, if it has one, is JSON.
    boolean isReadable() {
      return isReadable(request);
    }

    @Override
    public Operation operation() {
      return route.operation();
    }

    @Override
    public int cost() {
      return operation() == Operation.GET_RATE_LIMIT ? 0 : 1;
    }
  }

  /// A request of the git protocol.
  ///
  /// @param service `git-upload-pack` or `git-receive-pack`; empty if none is named
  record Git(Request request, Operation operation, String service, String api) implements Call {

    private static final Pattern PATH =
        Pattern.compile("/[^/]+/[^/]+/(info/refs|git-upload-pack|git-receive-pack)");

    static boolean is(Request request) {
      return PATH.matcher(request.path()).matches();
    }

    static Git of(Request request, String address) {
      String last = request.segments().getLast();
      return switch (last) {
        case "git-upload-pack" -> new Git(request, Operation.GIT_UPLOAD_PACK, last, address);
        case "git-receive-pack" -> new Git(request, Operation.GIT_RECEIVE_PACK, last, address);
        default ->
            new Git(
                request,
                Operation.GIT_INFO_REFS,
                request.parameters().getOrDefault("service", ""),
                address);
      };
    }

    String owner() {
      return request.segments().getFirst();
    }

    /// The repository's name, which may be written with or without `.git`.
    String name() {
      String name = request.segments().get(1);
      return name.endsWith(".git") ? name.substring(0, name.length() - ".git".length()) : name;
    }

    @Override
    public int cost() {
      return 0;
    }

    @Override
    public List<String> problems() {
      return List.of();
    }
  }

  default QuotaResource resource() {
    return switch (this) {
      case GraphQl _ -> QuotaResource.GRAPHQL;
      case Rest _ -> QuotaResource.CORE;
      case Git _ -> throw new IllegalStateException("git has no quota");
    };
  }

  /// How many git objects a GraphQL document asks for.
  default int aliases() {
    return this instanceof GraphQl(var _, Preparation.Ready ready, var _)
        ? ready.plan().aliases()
        : 0;
  }

  /// Reads a request, in the form of github.com (`/graphql`, `/repos/...`) or of an Enterprise
  /// server (`/api/graphql`, `/api/v3/repos/...`).
  static Call read(Request request, Forge forge, String address) {
    String path = request.path();
    if (isGraphQl(request)) {
      return new GraphQl(request, GraphQlApi.shared().prepare(request.body().bytes()), address);
    }
    if (Git.is(request)) {
      return Git.of(request, address);
    }
    boolean enterprise = path.startsWith("/api/v3/");
    Request plain = enterprise ? request.withPath(path.substring("/api/v3".length())) : request;
    return Rest.of(plain, Route.of(plain, forge), enterprise ? address + "/api/v3" : address);
  }

  static boolean isGraphQl(Request request) {
    return request.path().equals("/graphql") || request.path().equals("/api/graphql");
  }
}
