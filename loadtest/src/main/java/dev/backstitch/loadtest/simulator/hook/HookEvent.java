package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.loadtest.simulator.http.Body;
import org.jspecify.annotations.Nullable;

/// Something that happened and is told to webhooks.
///
/// @param name such as `pull_request`
/// @param action null for events that have none
/// @param payload JSON
/// @param installationId of the App that is told; null for the hook of a repository
public record HookEvent(
    String name,
    @Nullable String action,
    long repositoryId,
    Body payload,
    @Nullable Long installationId) {

  /// For the hooks of the repository.
  public HookEvent(String name, @Nullable String action, long repositoryId, Body payload) {
    this(name, action, repositoryId, payload, null);
  }

  /// Under which name GitHub describes it, such as `pull-request-opened`.
  public String description() {
    String base = name.replace('_', '-');
    return action == null ? base : base + "-" + action;
  }
}
