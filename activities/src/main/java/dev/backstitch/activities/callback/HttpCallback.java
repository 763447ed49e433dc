package dev.backstitch.activities.callback;

import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Sends posts to the address that is the target's place. Thread-safe.
public final class HttpCallback implements PostTarget {
  private static final Duration LONGEST_WAIT = Duration.ofHours(6);

  private final HttpClient http;
  private final Duration timeout;
  private final Optional<Signature> signature;
  private final InstantSource clock;

  /// @param http follows no redirects by itself
  /// @param signature without one nothing is sent
  HttpCallback(
      HttpClient http, Duration timeout, Optional<Signature> signature, InstantSource clock) {
    if (http.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the client must not follow redirects by itself");
    }
    this.http = http;
    this.timeout = timeout;
    this.signature = signature;
    this.clock = clock;
  }

  @Override
  public List<PostOutcome> deliver(Delivery delivery) throws InterruptedException {
    PostOutcome outcome = send(delivery);
    return delivery.items().stream().map(_ -> outcome).toList();
  }

  /// A receiver can't be asked; it knows duplicates by their id and their versions.
  @Override
  public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) {
    return doubts.stream().map(_ -> ReadBack.UNSURE).toList();
  }

  private PostOutcome send(Delivery delivery) throws InterruptedException {
    Optional<URI> address = address(delivery.target().place());
    if (address.isEmpty()) {
      return new PostOutcome.Refused(
          "a callback's address is http or https with a host and without a user, was "
              + delivery.target().place());
    }
    if (signature.isEmpty()) {
      return new PostOutcome.Refused(
          "nothing is sent without a signature: set BACKSTITCH_CALLBACK_SECRET and start again");
    }
    Instant now = clock.instant();
    String id = id(delivery);
    String body = body(delivery);
    HttpRequest request =
        HttpRequest.newBuilder(address.get())
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", "backstitch")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
            .header("webhook-signature", signature.get().of(id, now, body))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return judge(http.send(request, HttpResponse.BodyHandlers.discarding()), id);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      return new PostOutcome.Failed("no connection to " + address.get().getHost());
    } catch (IOException e) {
      return new PostOutcome.Unknown(
          "no complete answer from " + address.get().getHost() + ": " + e);
    }
  }

  private static PostOutcome judge(HttpResponse<Void> answer, String id) {
    int status = answer.statusCode();
    if (status / 100 == 2) {
      return new PostOutcome.Delivered(id);
    }
    Optional<Duration> wait = retryAfter(answer);
    if ((status == 429 || status == 503) && wait.isPresent()) {
      return new PostOutcome.Later("the receiver answered " + status, wait.get());
    }
    if (status == 408 || status == 429 || status / 100 == 5) {
      return new PostOutcome.Failed("the receiver answered " + status);
    }
    return new PostOutcome.Refused(
        status / 100 == 3
            ? "the receiver answered " + status + ", and no redirect is followed"
            : "the receiver answered " + status);
  }

  /// In seconds only: a date would need the receiver's clock.
  private static Optional<Duration> retryAfter(HttpResponse<Void> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(wait -> wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
  }

  private static Optional<URI> address(String place) {
    try {
      URI address = new URI(place);
      boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      return web && address.getHost() != null && address.getUserInfo() == null
          ? Optional.of(address)
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /// The same for the same versions, whichever delivery brings them.
  private static String id(Delivery delivery) {
    String versions =
        delivery.items().stream()
            .map(item -> item.key() + " " + item.version())
            .sorted()
            .collect(Collectors.joining("\n"));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((delivery.target() + "\n" + versions).getBytes(StandardCharsets.UTF_8));
      return "msg_" + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Contents are JSON as they stand; keys are the only texts that need quoting.
  private static String body(Delivery delivery) {
    return delivery.items().stream()
        .map(item ->
            "{\"key\":"
                + quoted(item.key())
                + ",\"run\":\""
                + item.version().runId()
                + "\",\"seq\":"
                + item.version().seq()
                + ",\"content\":"
                + item.contentJson()
                + "}")
        .collect(Collectors.joining(",", "{\"posts\":[", "]}"));
  }

  /// A key has no control characters.
  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
