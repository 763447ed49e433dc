package dev.backstitch.loadtest.simulator.law;

import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.contract.Violations;
import dev.backstitch.loadtest.simulator.http.Body;
import dev.backstitch.loadtest.simulator.http.HttpListener;
import dev.backstitch.loadtest.simulator.http.Reply;
import dev.backstitch.loadtest.simulator.http.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Another host, to which a client may be sent but not with its credentials. Listens from when it
/// is first needed. Thread-safe.
public final class Elsewhere implements AutoCloseable {
  private final Violations violations;
  private @Nullable HttpListener listener;

  public Elsewhere(Violations violations) {
    this.violations = violations;
  }

  /// The address there of what was asked for here.
  public synchronized String address(Request request) {
    if (listener == null) {
      listener = HttpListener.start(0, this::answer);
    }
    return "http://127.0.0.1:" + listener.port() + request.target();
  }

  private Reply answer(Request request) {
    if (request.header("Authorization").isPresent()) {
      violations.record(
          new Violation(
              Violation.Side.LAW,
              request.method() + " " + request.target(),
              List.of("Authorization was sent to another host")));
    }
    return Reply.Answer.of(
        404, "application/json; charset=utf-8", Body.of("{\"message\": \"Not Found\"}"));
  }

  @Override
  public synchronized void close() {
    if (listener != null) {
      listener.close();
    }
  }
}
