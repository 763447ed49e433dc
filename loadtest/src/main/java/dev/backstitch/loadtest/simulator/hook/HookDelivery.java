package dev.backstitch.loadtest.simulator.hook;

import java.time.Duration;
import java.time.Instant;

/// One attempt to deliver an event, as the log keeps it.
///
/// @param id of this attempt
/// @param guid of the event: `X-GitHub-Delivery`, the same when it is sent again
/// @param redelivery whether somebody asked for it
/// @param statusCode what was answered, 0 if nothing was
public record HookDelivery(
    long id,
    String guid,
    Instant deliveredAt,
    boolean redelivery,
    Duration duration,
    int statusCode,
    HookEvent event) {

  /// In GitHub's words.
  public String status() {
    if (statusCode == 0) {
      return "failed to connect to host";
    }
    return accepted() ? "OK" : "Invalid HTTP Response: " + statusCode;
  }

  /// Whether it was answered with 2xx.
  public boolean accepted() {
    return statusCode / 100 == 2;
  }
}
