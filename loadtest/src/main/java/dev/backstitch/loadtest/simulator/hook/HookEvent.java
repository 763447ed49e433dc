package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.loadtest.simulator.http.Body;
import org.jspecify.annotations.Nullable;

/// Something that happened and is told to webhooks.
///
/// @param name such as `pull_request`
/// @param action null for events that have none
/// @param payload JSON
public record HookEvent(String name, @Nullable String action, long repositoryId, Body payload) {

  /// Under which name GitHub describes it, such as `pull-request-opened`.
  public String description() {
    String base = name.replace('_', '-');
    return action == null ? base : base + "-" + action;
  }
}
