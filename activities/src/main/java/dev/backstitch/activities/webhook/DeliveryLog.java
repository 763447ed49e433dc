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
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Serves [ListDeliveries] and [RedeliverDelivery]. The log of a repository's webhook is read with
/// the credentials for that repository, the log of an App's webhook by the App itself. Thread-safe.
public final class DeliveryLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NEXT =
      Pattern.compile("<[^>]*[?&]cursor=([^&>]+)[^>]*>;\\s*rel=\"next\"");

  private final GitHubClient client;
  private final Optional<GitHubClient> app;

  /// @param client asks about the webhooks of repositories
  /// @param app speaks as the App itself, if we are one
  public DeliveryLog(GitHubClient client, Optional<GitHubClient> app) {
    this.client = client;
    this.app = app;
  }

  /// One page of 100.
  ///
  /// @throws GitHubException if it can't be had
  /// @throws PermanentFailureException if it is an App's, and we are none
  public DeliveriesPage list(ListDeliveries call, ActivityContext context, Meter meter)
      throws InterruptedException {
    String cursor = call.cursor();
    Subject subject = subject(call.repository(), call.hook());
    String path =
        subject.path()
            + "?per_page=100"
            + (cursor == null
                ? ""
                : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8));
    String purpose = "read the deliveries of " + subject.name();
    GitHubResponse response =
        subject
            .client()
            .get(call.repository().api(), path, "application/vnd.github+json", purpose, meter);
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
    Subject subject = subject(call.repository(), call.hook());
    subject
        .client()
        .write(
            new RestWrite(
                call.repository().api(),
                RestWrite.Method.POST,
                subject.path() + "/" + call.delivery() + "/attempts",
                null,
                "have delivery " + call.delivery() + " of " + subject.name() + " sent again"),
            meter);
    return meter.use();
  }

  /// A log, and who may read it.
  private record Subject(GitHubClient client, String path, String name) {}

  private Subject subject(Repository repository, @Nullable Long hook) {
    return hook == null
        ? new Subject(
            app.orElseThrow(DeliveryLog::noApp), "/app/hook/deliveries", "the App's webhook")
        : new Subject(
            client,
            repository.restPath() + "/hooks/" + hook + "/deliveries",
            "webhook " + hook + " of " + repository);
  }

  private static PermanentFailureException noApp() {
    return new PermanentFailureException(
        "not-an-app",
        "Only a GitHub App has a webhook of its own, and this server uses a token. Name the"
            + " webhook of the repository (sweep.hook), or set BACKSTITCH_GITHUB_APP_ID and"
            + " BACKSTITCH_GITHUB_APP_PRIVATE_KEY_FILE in place of GITHUB_TOKEN and start again.");
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
