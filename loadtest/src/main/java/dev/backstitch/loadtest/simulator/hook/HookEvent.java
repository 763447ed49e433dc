package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.loadtest.simulator.http.Body;

/// Something that happened and is told to webhooks.
///
/// @param name such as `pull_request`
/// @param payload JSON
public record HookEvent(String name, String action, long repositoryId, Body payload) {}
