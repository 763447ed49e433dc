package dev.backstitch.activities.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitHubResponse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.RestWrite;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Serves [ListDeliveries] and [RedeliverDelivery]. Thread-safe.
public final class DeliveryLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NEXT =
      Pattern.compile("<[^>]*[?&]cursor=([^&>]+)[^>]*>;\\s*rel=\"next\"");

  private final GitHubClient client;

  /// @param client sends the requests
  public DeliveryLog(GitHubClient client) {
    this.client = client;
  }

  /// One page of 100.
  ///
  /// @throws GitHubException if it can't be had
  public DeliveriesPage list(ListDeliveries call, ActivityContext context, Meter meter)
      throws InterruptedException {
    String cursor = call.cursor();
    String path =
        path(call.repository(), call.hook())
            + "?per_page=100"
            + (cursor == null
                ? ""
                : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
    String purpose = "read the deliveries of webhook " + call.hook() + " of " + call.repository();
    GitHubResponse response =
        client.get(call.repository().api(), path, "application/vnd.github+json", purpose, meter);
    List<LoggedDelivery> deliveries = new ArrayList<>();
    for (JsonNode item : array(response, purpose)) {
      deliveries.add(delivery(item, purpose));
    }
    return new DeliveriesPage(deliveries, nextCursor(response), meter.use());
  }

  /// Has an event sent again.
  ///
  /// @throws GitHubException if GitHub refuses, or nobody knows whether it will send
  public ApiUse redeliver(RedeliverDelivery call, ActivityContext context, Meter meter)
      throws InterruptedException {
    client.write(
        new RestWrite(
            call.repository().api(),
            RestWrite.Method.POST,
            path(call.repository(), call.hook()) + "/" + call.delivery() + "/attempts",
            null,
            "have delivery " + call.delivery() + " of " + call.repository() + " sent again"),
        meter);
    return meter.use();
  }

  private static String path(Repository repository, long hook) {
    return repository.restPath() + "/hooks/" + hook + "/deliveries";
  }

  private static @Nullable String nextCursor(GitHubResponse response) {
    Matcher next = NEXT.matcher(String.join(", ", response.headers().allValues("Link")));
    return next.find() ? next.group(1) : null;
  }

  private static JsonNode array(GitHubResponse response, String purpose) {
    try {
      JsonNode items = JSON.readTree(response.body().bytes());
      if (items.isArray()) {
        return items;
      }
      throw unreadable(purpose, "it is no list", null);
    } catch (JsonProcessingException e) {
      throw unreadable(purpose, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(purpose, String.valueOf(e.getMessage()), e);
    }
  }

  private static LoggedDelivery delivery(JsonNode item, String purpose) {
    try {
      return new LoggedDelivery(
          item.path("id").asLong(),
          item.path("guid").asText(),
          item.path("event").asText(),
          Instant.parse(item.path("delivered_at").asText()),
          item.path("status_code").asInt() / 100 == 2);
    } catch (DateTimeException e) {
      throw unreadable(purpose, String.valueOf(e.getMessage()), e);
    }
  }

  private static GitHubException unreadable(String purpose, String why, @Nullable Exception cause) {
    Problem problem =
        Problem.of(Kind.UNREADABLE, "Could not " + purpose + ": the answer can't be read: " + why);
    return cause == null ? new GitHubException(problem) : new GitHubException(problem, cause);
  }
}
