package dev.backstitch.loadtest.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.hook.Hook;
import dev.backstitch.loadtest.simulator.hook.HookDelivery;
import dev.backstitch.loadtest.simulator.hook.HookEvent;
import dev.backstitch.loadtest.simulator.hook.HookTrouble;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.Reply.Answer;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.rest.PullRequestEventJson;
import dev.backstitch.loadtest.simulator.rest.RestApi;
import dev.backstitch.loadtest.simulator.rest.RestScope;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.lib.ObjectId;

/// The webhooks of the base repository, and the routes by which their log is read and deliveries
/// are asked for again. Thread-safe.
///
/// These routes are not in the reduced description, so nothing holds them against GitHub's.
final class Hooks implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long FIRST_ID = 500_000_001L;
  private static final int PAGE = 30;
  private static final int LARGEST_PAGE = 100;

  private final Forge forge;
  private final Apps apps;
  private final SimulatorClock clock;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();

  Hooks(Forge forge, Apps apps, SimulatorClock clock) {
    this.forge = forge;
    this.apps = apps;
    this.clock = clock;
    forge.watch(this::happened);
  }

  synchronized Hook add(URI address, String secret, HookTrouble trouble) {
    Hook hook = new Hook(FIRST_ID + hooks.size(), address, secret, trouble, clock);
    hooks.add(hook);
    return hook;
  }

  private void happened(String action, Optional<ObjectId> before, PullRequest now) {
    if (hooks.isEmpty()) {
      return;
    }
    var scope =
        new RestScope(
            forge, apps, Account.ANONYMOUS, Map.of(), "http://localhost", "http://localhost");
    Body payload = Body.of(bytes(PullRequestEventJson.payload(scope, action, before, now)));
    var event = new HookEvent("pull_request", action, forge.base().id(), payload);
    hooks.forEach(hook -> hook.tell(event));
  }

  /// The answer, if the request is for one of these routes.
  Optional<Answer> answer(Request request, String api) {
    List<String> path = request.segments();
    if (path.size() < 4 || !path.getFirst().equals("repos") || !path.get(3).equals("hooks")) {
      return Optional.empty();
    }
    if (forge.repository(path.get(1), path.get(2)).filter(forge.base()::equals).isEmpty()) {
      return Optional.of(RestApi.error(404, "Not Found"));
    }
    boolean get = request.method().equals("GET");
    if (path.size() == 4 && get) {
      return Optional.of(list());
    }
    Optional<Hook> hook =
        path.size() >= 6 && path.get(5).equals("deliveries") ? find(path.get(4)) : Optional.empty();
    return Optional.of(
        hook.flatMap(found -> ofHook(found, request, path, api))
            .orElseGet(() -> RestApi.error(404, "Not Found")));
  }

  private Optional<Answer> ofHook(Hook hook, Request request, List<String> path, String api) {
    if (path.size() == 6 && request.method().equals("GET")) {
      return Optional.of(deliveries(hook, request, api));
    }
    boolean attempt =
        path.size() == 8
            && path.get(7).equals("attempts")
            && path.get(6).matches("[0-9]{1,18}")
            && request.method().equals("POST");
    return attempt && hook.redeliver(Long.parseLong(path.get(6)))
        ? Optional.of(json(202, JsonNodeFactory.instance.objectNode()))
        : Optional.empty();
  }

  private Optional<Hook> find(String id) {
    return hooks.stream().filter(hook -> Long.toString(hook.id()).equals(id)).findFirst();
  }

  private Answer list() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Hook hook : hooks) {
      ObjectNode json = all.addObject();
      json.put("type", "Repository").put("id", hook.id()).put("name", "web").put("active", true);
      json.putArray("events").add("pull_request");
      json.putObject("config")
          .put("url", hook.address().toString())
          .put("content_type", "json")
          .put("secret", "********");
    }
    return json(200, all);
  }

  private Answer deliveries(Hook hook, Request request, String api) {
    Map<String, String> parameters = request.parameters();
    int size =
        Math.clamp(
            Integer.parseInt(parameters.getOrDefault("per_page", Integer.toString(PAGE))),
            1,
            LARGEST_PAGE);
    long cursor = Long.parseLong(parameters.getOrDefault("cursor", Long.toString(Long.MAX_VALUE)));
    // The next page begins below an id, so that deliveries that come meanwhile move nothing.
    List<HookDelivery> rest =
        hook.deliveries().stream()
            .filter(delivery -> delivery.id() < cursor)
            .sorted((a, b) -> Long.compare(b.id(), a.id()))
            .toList();
    List<HookDelivery> page = rest.subList(0, Math.min(size, rest.size()));
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    page.forEach(delivery -> all.add(item(delivery)));
    Answer answer = json(200, all);
    return rest.size() > page.size()
        ? answer.with(
            "Link",
            "<%s%s?per_page=%d&cursor=%d>; rel=\"next\""
                .formatted(api, request.path(), size, page.getLast().id()))
        : answer;
  }

  private ObjectNode item(HookDelivery delivery) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", delivery.id());
    json.put("guid", delivery.guid());
    json.put("delivered_at", clock.shown(delivery.deliveredAt()).toString());
    json.put("redelivery", delivery.redelivery());
    json.put("duration", delivery.duration().toMillis() / 1000.0);
    json.put("status", delivery.status());
    json.put("status_code", delivery.statusCode());
    json.put("event", delivery.event().name());
    json.put("action", delivery.event().action());
    json.putNull("installation_id");
    json.put("repository_id", delivery.event().repositoryId());
    json.putNull("throttled_at");
    return json;
  }

  private static Answer json(int status, JsonNode json) {
    return Answer.of(status, RestApi.JSON_TYPE, Body.of(bytes(json)));
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer of ours is not JSON", e);
    }
  }

  @Override
  public void close() {
    hooks.forEach(Hook::close);
  }
}
