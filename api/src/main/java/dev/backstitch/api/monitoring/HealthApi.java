package dev.backstitch.api.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/healthz` (the process answers) and `/readyz` (it can do its work).
public final class HealthApi implements Routes {
  /// What `/healthz` answers in `service`, so that nobody takes another program for this one.
  public static final String SERVICE = "backstitch";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String version;
  private final Supplier<Optional<String>> unreadyReason;

  /// The answer of `/healthz`.
  ///
  /// @param service always [#SERVICE]
  /// @param pid the process
  public record Health(String service, String status, String version, long pid) {}

  /// The answer of `/readyz`.
  ///
  /// @param reason why it is not ready, if it is not
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Readiness(boolean ready, @Nullable String reason) {}

  /// Answers for this process.
  ///
  /// @param unreadyReason empty while it can do its work
  public HealthApi(String version, Supplier<Optional<String>> unreadyReason) {
    this.version = version;
    this.unreadyReason = unreadyReason;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/healthz", this::health);
    routes.get("/readyz", this::readiness);
  }

  private void health(Context ctx) throws JsonProcessingException {
    answer(ctx, new Health(SERVICE, "ok", version, ProcessHandle.current().pid()));
  }

  private void readiness(Context ctx) throws JsonProcessingException {
    Optional<String> reason = unreadyReason.get();
    ctx.status(reason.isPresent() ? 503 : 200);
    answer(ctx, new Readiness(reason.isEmpty(), reason.orElse(null)));
  }

  private static void answer(Context ctx, Object document) throws JsonProcessingException {
    ctx.contentType("application/json").result(JSON.writeValueAsBytes(document));
  }
}
