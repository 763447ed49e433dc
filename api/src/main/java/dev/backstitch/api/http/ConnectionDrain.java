package dev.backstitch.api.http;

import io.javalin.config.RoutesConfig;
import java.util.Optional;

/// Sends clients away from a server that is about to stop, before it does.
///
/// A client that keeps its connection may send the next request in the very moment in which the
/// server closes it, and then has no answer and can't know whether the request was taken. So a
/// server that is told to stop goes on serving for a moment, and every answer says `Connection:
/// close`: whoever is busy has no kept connection any more when the server really closes.
/// Thread-safe.
public final class ConnectionDrain implements Routes {
  private volatile boolean begun;

  @Override
  public void addTo(RoutesConfig routes) {
    // Behind the handler, so that the answer for which a client has waited long says so too.
    routes.after(ctx -> {
      if (begun) {
        ctx.header("Connection", "close");
      }
    });
  }

  /// From now on every answer is the last one of its connection.
  public void begin() {
    begun = true;
  }

  /// Why no balancer should send requests here any more.
  public Optional<String> unreadyReason() {
    return begun ? Optional.of("The server is about to stop.") : Optional.empty();
  }
}
