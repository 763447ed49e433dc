package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.fault.FaultWish;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.Sizes;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.LimitShape;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import dev.backstitch.loadtest.simulator.quota.QuotaState;
import dev.backstitch.loadtest.simulator.quota.SecondaryLimits;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import dev.backstitch.loadtest.simulator.world.BrokenFile;
import dev.backstitch.loadtest.simulator.world.SyncWorld;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/// What is below `/_simulator`: no GitHub has it. There somebody outside this process sees what the
/// simulator counted, and changes the world, the clock, the quota and the faults while it runs.
/// Costs nothing, is never struck, needs no token. See docs/simulator.md.
final class ControlDesk {
  private static final String PREFIX = "/_simulator";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ROUTES =
      List.of(
          "GET /_simulator",
          "GET /_simulator/violations",
          "DELETE /_simulator/violations",
          "GET /_simulator/faults",
          "POST /_simulator/faults",
          "DELETE /_simulator/faults",
          "POST /_simulator/clock",
          "POST /_simulator/quota",
          "POST /_simulator/sizes",
          "POST /_simulator/limits",
          "GET /_simulator/world",
          "POST /_simulator/world",
          "POST /_simulator/tokens",
          "DELETE /_simulator/tokens/{token}",
          "POST /_simulator/apps",
          "POST /_simulator/apps/{id}/installations",
          "DELETE /_simulator/apps/{id}/installations/{id}",
          "POST /_simulator/hooks/{id}");

  private final Simulation simulation;
  private final CredentialDesk credentials;

  ControlDesk(Simulation simulation) {
    this.simulation = simulation;
    this.credentials = new CredentialDesk(simulation);
  }

  boolean isFor(Request request) {
    return request.path().equals(PREFIX) || request.path().startsWith(PREFIX + "/");
  }

  Answer answer(Request request) {
    List<String> path = request.segments();
    try {
      return switch (request.method() + (path.size() > 1 ? " " + path.get(1) : "")) {
        case "GET" -> json(overview());
        case "GET violations" -> json(JSON.valueToTree(simulation.violations().untaken()));
        case "DELETE violations" -> json(JSON.valueToTree(simulation.violations().take()));
        case "GET faults" -> json(faults());
        case "POST faults" -> {
          addFault(body(request));
          yield json(faults());
        }
        case "DELETE faults" -> {
          simulation.faults().clear();
          yield json(faults());
        }
        case "POST clock" -> json(clock(body(request)));
        case "POST quota" -> json(quota(body(request)));
        case "POST sizes" -> json(sizes(body(request)));
        case "POST limits" -> json(limits(body(request)));
        case "GET world" -> json(world());
        case "POST world" -> json(change(body(request)));
        case "POST tokens" -> json(credentials.addToken(body(request)));
        case "DELETE tokens" -> {
          simulation.credentials().revoke(part(path, 2));
          yield json(overview());
        }
        case "POST apps" -> json(apps(path, body(request)));
        case "DELETE apps" -> json(credentials.uninstall(part(path, 2), part(path, 4)));
        case "POST hooks" -> json(trouble(part(path, 2), body(request)));
        default -> RestApi.error(404, "There is no such command; there are " + ROUTES);
      };
    } catch (IllegalArgumentException | NoSuchElementException e) {
      return RestApi.error(422, String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode body(Request request) {
    try {
      JsonNode body = JSON.readTree(request.body().bytes());
      if (body == null || !body.isObject()) {
        throw new IllegalArgumentException("The body must be a JSON object");
      }
      return body;
    } catch (IOException e) {
      throw new IllegalArgumentException("The body must be a JSON object: " + e.getMessage(), e);
    }
  }

  private ObjectNode overview() {
    ObjectNode json = JSON.createObjectNode();
    json.set("counts", JSON.valueToTree(simulation.tally().counts()));
    ObjectNode quotas = json.putObject("quota");
    for (QuotaResource resource : QuotaResource.values()) {
      QuotaState state = simulation.quotas().state(simulation.account(), resource);
      quotas
          .putObject(resource.header())
          .put("limit", state.limit())
          .put("remaining", state.remaining())
          .put("reset", simulation.clock().shown(state.reset()).toString());
    }
    json.put("mostAtOnce", simulation.secondaryLimits().mostAtOnce());
    json.put("faultsMet", simulation.faults().injected().size());
    json.put("violations", simulation.violations().untaken().size());
    json.put("now", simulation.clock().shown(simulation.clock().now()).toString());
    ArrayNode routes = json.putArray("commands");
    ROUTES.forEach(routes::add);
    return json;
  }

  private void addFault(JsonNode wish) {
    if (!wish.has("maxAliases")) {
      FaultWish.add(wish, simulation.faults());
    } else if (wish.size() == 1 && wish.path("maxAliases").isInt()) {
      simulation.faults().maxAliases(wish.path("maxAliases").intValue());
    } else {
      throw new IllegalArgumentException("maxAliases is a whole number, and stands alone");
    }
  }

  private ObjectNode faults() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode rules = json.putArray("rules");
    simulation.faults().rules().forEach(rules::add);
    ArrayNode met = json.putArray("met");
    simulation.faults().injected().forEach(one -> met.add(one.operation() + " " + one.fault()));
    ArrayNode names = json.putArray("faults");
    FaultWish.faultNames().forEach(names::add);
    ArrayNode operations = json.putArray("operations");
    FaultWish.operationNames().forEach(operations::add);
    return json;
  }

  private ObjectNode clock(JsonNode wish) {
    if (!wish.has("advance") && !wish.has("skew")) {
      throw new IllegalArgumentException("advance or skew must be given, a duration such as 1h");
    }
    if (wish.has("advance")) {
      simulation.clock().advance(FaultWish.duration("advance", wish));
    }
    if (wish.has("skew")) {
      simulation.clock().skew(FaultWish.duration("skew", wish));
    }
    return overview();
  }

  private ObjectNode quota(JsonNode wish) {
    if (wish.has("shape")) {
      simulation.quotas().limitShape(constant(LimitShape.class, wish.path("shape").asText()));
      if (!wish.has("remaining")) {
        return overview();
      }
    }
    if (!wish.path("remaining").isInt()) {
      throw new IllegalArgumentException("remaining must be given and be a whole number");
    }
    QuotaResource resource = constant(QuotaResource.class, wish.path("resource").asText());
    simulation
        .quotas()
        .setRemaining(simulation.account(), resource, wish.path("remaining").intValue());
    return overview();
  }

  private JsonNode sizes(JsonNode wish) {
    Sizes sizes = simulation.world().forge().sizes();
    sizes.limits(changed(sizes.limits(), wish, Sizes.Limits.class));
    return JSON.valueToTree(sizes.limits());
  }

  private JsonNode limits(JsonNode wish) {
    SecondaryLimits limits = simulation.secondaryLimits();
    limits.limits(changed(limits.limits(), wish, SecondaryLimits.Limits.class));
    return JSON.valueToTree(limits.limits());
  }

  /// What is not named stays as it is.
  private static <T> T changed(T present, JsonNode wish, Class<T> type) {
    ObjectNode wanted = JSON.valueToTree(present);
    wish.properties()
        .forEach(field -> {
          JsonNode before = wanted.path(field.getKey());
          boolean isSame =
              before.isBoolean() ? field.getValue().isBoolean() : field.getValue().isInt();
          if (before.isMissingNode() || !isSame) {
            throw new IllegalArgumentException(
                "There is no %s '%s'; there are %s"
                    .formatted(
                        before.isBoolean() ? "true or false" : "whole number",
                        field.getKey(),
                        JSON.valueToTree(present)));
          }
          wanted.set(field.getKey(), field.getValue());
        });
    try {
      return JSON.treeToValue(wanted, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    }
  }

  private ObjectNode world() {
    SyncWorld world = simulation.world();
    ObjectNode json = JSON.createObjectNode();
    json.put("repository", world.repository());
    json.put("gitDirectory", world.gitDirectory().toString());
    json.put("trackerHead", world.trackerHead().name());
    json.put("trackerCommits", world.trackerCommits().size());
    ArrayNode differences = json.putArray("trackerDifferences");
    world.trackerDifferences().forEach(differences::add);
    ArrayNode open = json.putArray("openPullRequests");
    world.openPullRequests().stream().map(PullRequest::number).forEach(open::add);
    return json;
  }

  private ObjectNode change(JsonNode wish) {
    SyncWorld world = simulation.world();
    int number = wish.path("number").asInt(0);
    String what = wish.path("do").asText();
    switch (what) {
      case "push" -> world.pushProgress(wish.path("students").asInt(1));
      case "force-push" -> world.forcePush(number);
      case "break-file" ->
          world.breakFile(number, constant(BrokenFile.class, wish.path("file").asText()));
      case "close" -> world.closePullRequest(number);
      case "reopen" -> world.reopenPullRequest(number);
      case "delete-fork" -> world.deleteFork(number);
      case "delete-author" -> world.deleteAuthor(number);
      case "second-pull-request" -> world.secondPullRequestOfOneUser();
      case "foreign-commit" -> world.foreignCommit(SyncWorld.TRACKER);
      case "rename" -> world.renameRepository(required("name", wish));
      case "make-private" -> world.forge().makePrivate();
      case "protect" ->
          world.protect(
              SyncWorld.TRACKER, constant(Protection.class, wish.path("protection").asText()));
      case "unprotect" -> world.unprotect(SyncWorld.TRACKER);
      case "show-pushes-later" ->
          world.showPushesLater(
              FaultWish.duration("lag", wish), wish.path("inForksToo").asBoolean());
      case "move-refs-later" -> world.forge().moveRefsLater(FaultWish.duration("lag", wish));
      default ->
          throw new IllegalArgumentException(
              "do must be push (students), force-push, break-file (file), close, reopen,"
                  + " delete-fork or delete-author (each with a number),"
                  + " second-pull-request, foreign-commit, rename (name), make-private,"
                  + " protect (protection), unprotect, show-pushes-later (lag, inForksToo)"
                  + " or move-refs-later (lag), not '"
                  + what
                  + "'");
    }
    return world();
  }

  static String required(String field, JsonNode wish) {
    String text = wish.path(field).asText();
    if (text.isEmpty()) {
      throw new IllegalArgumentException(field + " must be given");
    }
    return text;
  }

  private ObjectNode apps(List<String> path, JsonNode wish) {
    return path.size() > 2 ? credentials.install(part(path, 2), wish) : credentials.addApp(wish);
  }

  /// A part of a path, or nothing.
  private static String part(List<String> path, int index) {
    return index < path.size() ? path.get(index) : "";
  }

  private ObjectNode trouble(String id, JsonNode wish) {
    Hook hook =
        simulation.hooks().all().stream()
            .filter(one -> Long.toString(one.id()).equals(id))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "There is no hook '%s'; there are %s"
                        .formatted(id, simulation.hooks().all().stream().map(Hook::id).toList())));
    hook.trouble(
        new HookTrouble(
            wish.path("lost").asDouble(0),
            wish.path("doubled").asDouble(0),
            wish.path("late").asDouble(0),
            FaultWish.duration(
                "delay", wish.has("delay") ? wish : JSON.createObjectNode().put("delay", "0s")),
            wish.path("seed").asLong(1),
            wish.path("tooLarge").asDouble(0)));
    return JSON.createObjectNode().put("hook", hook.id());
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(one -> word(one).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "must be one of %s, not '%s'"
                    .formatted(
                        Arrays.stream(type.getEnumConstants()).map(ControlDesk::word).toList(),
                        text)));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Answer json(JsonNode json) {
    try {
      return Answer.of(
          200,
          RestApi.JSON_TYPE,
          Body.of(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer of ours is not JSON", e);
    }
  }
}
