package dev.backstitch.api.quota;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.api.http.Routes;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.history.EventCodec;
import dev.backstitch.orchestrator.quota.QuotaState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/// `/api/v1/quotas`.
public final class QuotasApi implements Routes {
  private static final ObjectMapper JSON = EventCodec.mapper();

  private final Orchestrator orchestrator;

  /// What is known of every quota, by owner and resource.
  public record Quotas(List<QuotaState> quotas) {

    /// Copies the list.
    public Quotas {
      quotas = List.copyOf(quotas);
    }
  }

  /// Serves what this engine's ledger knows.
  public QuotasApi(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
  }

  @Override
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/quotas", this::list);
  }

  private void list(Context ctx) throws IOException {
    QueryParameters.of(ctx);
    ctx.contentType("application/json")
        .result(JSON.writeValueAsBytes(new Quotas(orchestrator.quotas())));
  }
}
