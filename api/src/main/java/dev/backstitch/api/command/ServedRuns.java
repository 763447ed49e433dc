package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs as a server tells them.
final class ServedRuns implements RunSource {
  private static final String OUTBOX = "/api/v1/outbox";
  private static final String RUNS = "/api/v1/runs";

  private final ApiClient api;

  ServedRuns(ApiClient api) {
    this.api = api;
  }

  @Override
  public JsonNode list(Wanted wanted) {
    Map<String, @Nullable String> query = new LinkedHashMap<>();
    query.put("workflow", wanted.workflow());
    query.put("status", wanted.status());
    query.put("key", wanted.key());
    query.put("limit", Integer.toString(wanted.limit()));
    return api.get(
        query.entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .map(entry -> entry.getKey() + "=" + encoded(String.valueOf(entry.getValue())))
            .collect(Collectors.joining("&", RUNS + "?", "")));
  }

  @Override
  public JsonNode quotas() {
    return api.get("/api/v1/quotas");
  }

  @Override
  public JsonNode run(String id) {
    return api.get(RUNS + "/" + encoded(id));
  }

  @Override
  public JsonNode result(String id) {
    return api.get(RUNS + "/" + encoded(id) + "/result");
  }

  @Override
  public JsonNode events(String id, int after, int limit) {
    return api.get(RUNS + "/" + encoded(id) + "/events?after=" + after + "&limit=" + limit);
  }

  @Override
  public JsonNode signal(String runId, Signal signal) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("name", signal.name()).put("id", signal.id()).put("actor", signal.actor());
    body.putRawValue("payload", new RawValue(signal.payloadJson()));
    return api.post(RUNS + "/" + encoded(runId) + "/signals", body);
  }

  @Override
  public JsonNode cancel(String runId, Wish wish) {
    return api.post(RUNS + "/" + encoded(runId) + "/cancel", body(wish));
  }

  @Override
  public JsonNode terminate(String runId, Wish wish) {
    return api.post(RUNS + "/" + encoded(runId) + "/terminate", body(wish));
  }

  @Override
  public JsonNode outbox(@Nullable String target) {
    return api.get(target == null ? OUTBOX : OUTBOX + "?target=" + encoded(target));
  }

  @Override
  public JsonNode redrive(String target, @Nullable String key) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("target", target).put("key", key);
    return api.post(OUTBOX + "/redrive", body);
  }

  private static ObjectNode body(Wish wish) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("actor", wish.actor());
    // A text that is blank is no reason to the server, and refused as a slip.
    return wish.reason().isBlank() ? body : body.put("reason", wish.reason());
  }

  @Override
  public void close() {
    api.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
