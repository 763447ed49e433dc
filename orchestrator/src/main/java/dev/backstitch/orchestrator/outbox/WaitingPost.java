package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.workflow.PostVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The newest version of a key that is not delivered.
///
/// @param target as `kind:place`
/// @param dead whether it will not be sent again by itself
/// @param inDoubt whether it, or a version before it, was sent and may have arrived
/// @param dueAt when it is tried next
public record WaitingPost(
    String target,
    String key,
    PostVersion version,
    boolean dead,
    boolean inDoubt,
    Instant dueAt,
    int attempts,
    @Nullable String problem) {}
