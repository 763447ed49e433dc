package dev.backstitch.api.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.RequestBody;
import dev.backstitch.api.http.Routes;
import dev.backstitch.api.sync.SyncNews;
import dev.backstitch.orchestrator.Orchestrator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `/api/v1/webhooks/github`. No token is asked for here: the signature is the proof.
public final class WebhookApi implements Routes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,100}");

  private final Optional<WebhookSecret> secret;
  private final WebhookIntake intake;

  /// Takes deliveries in.
  ///
  /// @param secret without it every delivery is refused
  public WebhookApi(Optional<WebhookSecret> secret, Orchestrator orchestrator, SyncNews news) {
    this.secret = secret;
    this.intake = new WebhookIntake(orchestrator, news);
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.post("/api/v1/webhooks/github", this::deliver);
  }

  /// Forgets which deliveries were accepted so long ago.
  ///
  /// @param keep longer than GitHub can send one again: three days
  /// @param atMost so many at the most
  /// @return how many
  public int forget(Duration keep, int atMost) {
    return intake.forget(keep, atMost);
  }

  private void deliver(Context ctx) throws IOException {
    WebhookSecret known = secret.orElseThrow(ProblemException::webhooksOff);
    byte[] body = RequestBody.json(ctx);
    if (!known.signed(body, ctx.header("X-Hub-Signature-256"))) {
      throw ProblemException.badSignature();
    }
    String event = word(ctx, "X-GitHub-Event");
    String id = word(ctx, "X-GitHub-Delivery");
    JsonNode payload = payload(body);
    if (event.equals("ping")) {
      answer(ctx, 200, new WebhookIntake.Accepted(id, event, false, 0));
    } else {
      answer(ctx, 202, intake.accept(id, event, payload));
    }
  }

  private static String word(Context ctx, String header) {
    @Nullable String value = ctx.header(header);
    if (value == null || !WORD.matcher(value).matches()) {
      throw ProblemException.invalidHeader(
          header, header + " must be 1 to 100 letters, digits, '-' and '_', as GitHub sends it.");
    }
    return value;
  }

  private static JsonNode payload(byte[] body) throws IOException {
    try {
      JsonNode payload = JSON.readTree(body);
      if (payload.isObject()) {
        return payload;
      }
      throw ProblemException.malformedJson("A payload is a JSON object.");
    } catch (JsonProcessingException e) {
      throw ProblemException.malformedJson(e.getOriginalMessage());
    }
  }

  private static void answer(Context ctx, int status, WebhookIntake.Accepted accepted)
      throws IOException {
    ctx.status(status).contentType("application/json").result(JSON.writeValueAsBytes(accepted));
  }
}
