package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.api.webhook.WebhookSecret;
import java.net.URI;
import java.util.Set;

/// What somebody wants to be told, where, and how.
///
/// @param events their names, or `*`
/// @param secret what deliveries are signed with
/// @param trouble what goes wrong on the way
public record Subscription(
    URI address, Set<String> events, WebhookSecret secret, HookTrouble trouble) {

  public Subscription {
    events = Set.copyOf(events);
  }

  /// Of `pull_request` events.
  public static Subscription toPullRequests(URI address, String secret, HookTrouble trouble) {
    return new Subscription(address, Set.of("pull_request"), WebhookSecret.of(secret), trouble);
  }

  boolean includes(String event) {
    return events.contains(event) || events.contains("*") || event.equals("ping");
  }
}
