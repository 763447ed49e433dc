package dev.backstitch.api.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs as a server tells them.
final class ServedRuns implements RunSource {
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
  public void close() {
    api.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
