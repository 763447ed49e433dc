package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.history.Payload;
import org.jspecify.annotations.Nullable;

/// A wish to start a run.
///
/// @param workflow the registered name
/// @param key the business key, at most 200 characters: while a run of the same workflow and key is
///   open, that run is returned instead of a new one; null never collides
/// @param input JSON that fits the workflow's input type
public record StartRequest(String workflow, @Nullable String key, Payload input) {}
