package dev.backstitch.loadtest.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.api.webhook.WebhookSecret;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookEvent;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.hook.Subscription;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Answers the routes of webhooks. Only the base repository has any, and Apps have one each.
final class HookApi {
  private static final String CURSOR = "v1_";
  private static final int SHORTEST_SECRET = 16;

  private HookApi() {}

  static Answer answer(Request request, Route route, Repository repository, RestScope scope) {
    if (repository.fork()) {
      return RestApi.notFound();
    }
    if (route.operation() == Operation.LIST_HOOKS) {
      return list(request, repository, scope);
    }
    if (route.operation() == Operation.CREATE_HOOK) {
      return create(RestApi.body(request), repository, scope);
    }
    List<String> ids = List.of(route.rest().split("/", -1));
    Optional<Hook> hook = number(ids.getFirst()).flatMap(scope.hooks()::find);
    return route.operation() == Operation.LIST_DELIVERIES
        ? deliveries(
            hook,
            request,
            "/repositories/" + repository.id() + "/hooks/" + ids.getFirst() + "/deliveries",
            scope)
        : again(hook, ids.getLast());
  }

  /// The routes of the webhook of the App that asks.
  static Answer ofApp(Request request, Route route, RestScope scope) {
    Optional<Hook> hook = scope.hooks().ofApp(scope.viewer().appId());
    return route.operation() == Operation.LIST_APP_DELIVERIES
        ? deliveries(hook, request, "/app/hook/deliveries", scope)
        : again(hook, route.rest());
  }

  private static Answer again(Optional<Hook> hook, String delivery) {
    return hook.filter(found -> number(delivery).filter(found::redeliver).isPresent())
        .map(_ -> RestApi.json(202, JsonNodeFactory.instance.objectNode()))
        .orElseGet(RestApi::notFound);
  }

  private static Answer list(Request request, Repository repository, RestScope scope) {
    List<Hook> hooks = scope.hooks().all();
    PageLinks page = PageLinks.of(request.parameters(), hooks.size());
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    hooks.subList(page.from(), page.to()).forEach(hook -> json.add(hook(hook, repository, scope)));
    return page.linked(RestApi.json(200, json), url(repository, scope), request.parameters());
  }

  /// As at GitHub, the new hook is told of itself first.
  private static Answer create(JsonNode wanted, Repository repository, RestScope scope) {
    Optional<URI> address = address(wanted.at("/config/url").asText());
    String secret = wanted.at("/config/secret").asText();
    if (address.isEmpty() || !wanted.at("/config/content_type").asText("form").equals("json")) {
      return invalid("url", "The simulator needs http or https, and a content_type of json");
    }
    if (secret.length() < SHORTEST_SECRET) {
      return invalid("secret", "The simulator needs at least 16 characters to sign with");
    }
    Set<String> events =
        wanted.path("events").valueStream().map(JsonNode::asText).collect(Collectors.toSet());
    Hook hook =
        scope
            .hooks()
            .add(
                new Subscription(
                    address.get(),
                    events.isEmpty() ? Set.of("push") : events,
                    WebhookSecret.of(secret),
                    HookTrouble.NONE));
    ObjectNode json = hook(hook, repository, scope);
    hook.tell(new HookEvent("ping", null, repository.id(), ping(hook, repository, scope)));
    return RestApi.json(201, json).with("Location", url(repository, scope) + "/" + hook.id());
  }

  /// `validation-error`.
  private static Answer invalid(String field, String message) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("message", "Validation Failed");
    json.put("documentation_url", "https://docs.github.com/rest");
    json.putArray("errors")
        .addObject()
        .put("resource", "Hook")
        .put("code", "custom")
        .put("field", "config." + field)
        .put("message", message);
    return RestApi.json(422, json);
  }

  private static Optional<URI> address(String text) {
    try {
      return Optional.of(new URI(text))
          .filter(
              uri -> uri.getHost() != null && List.of("http", "https").contains(uri.getScheme()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Body ping(Hook hook, Repository repository, RestScope scope) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("zen", "Keep it logically awesome.").put("hook_id", hook.id());
    json.set("hook", hook(hook, repository, scope));
    json.set("repository", RepositoryJson.simple(scope, repository));
    json.set(
        "sender", AccountJson.simple(scope, new User(scope.viewer().id(), scope.viewer().login())));
    return RestApi.json(200, json).body();
  }

  /// `hook`.
  private static ObjectNode hook(Hook hook, Repository repository, RestScope scope) {
    String url = url(repository, scope) + "/" + hook.id();
    String since = hook.since().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("type", "Repository").put("id", hook.id()).put("name", "web").put("active", true);
    ArrayNode events = json.putArray("events");
    hook.events().stream().sorted().forEach(events::add);
    json.putObject("config")
        .put("url", hook.address().toString())
        .put("content_type", "json")
        .put("insecure_ssl", "0")
        .put("secret", "********");
    json.put("updated_at", since).put("created_at", since);
    json.put("url", url).put("test_url", url + "/test").put("ping_url", url + "/pings");
    json.put("deliveries_url", url + "/deliveries");
    ObjectNode last = json.putObject("last_response");
    Optional<HookDelivery> newest = hook.deliveries().stream().findFirst();
    last.put("code", newest.map(HookDelivery::statusCode).orElse(null));
    last.put("status", newest.map(_ -> "active").orElse("unused"));
    last.put("message", newest.map(HookDelivery::status).orElse(null));
    return json;
  }

  /// @param path by which the next page is asked for
  private static Answer deliveries(
      Optional<Hook> hook, Request request, String path, RestScope scope) {
    if (hook.isEmpty()) {
      return RestApi.notFound();
    }
    Map<String, String> parameters = request.parameters();
    PageLinks page = PageLinks.of(parameters, Integer.MAX_VALUE);
    @Nullable String cursor = parameters.get("cursor");
    Optional<Long> below =
        cursor == null ? Optional.of(Long.MAX_VALUE) : number(cursor.replaceFirst(CURSOR, ""));
    if (below.isEmpty()) {
      return RestApi.error(400, "Bad Request");
    }
    // The next page begins below an id, so that deliveries that come meanwhile move nothing.
    List<HookDelivery> rest =
        hook.get().deliveries().stream()
            .filter(delivery -> delivery.id() < below.get())
            .filter(delivery -> hasStatus(delivery, parameters.getOrDefault("status", "")))
            .sorted((a, b) -> Long.compare(b.id(), a.id()))
            .toList();
    List<HookDelivery> shown = rest.subList(0, Math.min(page.perPage(), rest.size()));
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    shown.forEach(delivery -> all.add(item(delivery, scope)));
    Answer answer = RestApi.json(200, all);
    return rest.size() > shown.size()
        ? answer.with(
            "Link",
            "<%s%s?per_page=%d&cursor=%s%d>; rel=\"next\""
                .formatted(scope.api(), path, page.perPage(), CURSOR, shown.getLast().id()))
        : answer;
  }

  private static boolean hasStatus(HookDelivery delivery, String wanted) {
    return wanted.isEmpty() || wanted.equals(delivery.accepted() ? "success" : "failure");
  }

  /// `hook-delivery-item`.
  private static ObjectNode item(HookDelivery delivery, RestScope scope) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", delivery.id());
    json.put("guid", delivery.guid());
    json.put("delivered_at", scope.hooks().shown(delivery.deliveredAt()).toString());
    json.put("redelivery", delivery.redelivery());
    json.put("duration", delivery.duration().toMillis() / 1000.0);
    json.put("status", delivery.status());
    json.put("status_code", delivery.statusCode());
    json.put("event", delivery.event().name());
    json.put("action", delivery.event().action());
    json.put("installation_id", delivery.event().installationId());
    json.put("repository_id", delivery.event().repositoryId());
    json.putNull("throttled_at");
    return json;
  }

  private static String url(Repository repository, RestScope scope) {
    return RepositoryJson.url(scope, repository) + "/hooks";
  }

  private static Optional<Long> number(String text) {
    return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }
}
