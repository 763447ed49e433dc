package dev.backstitch.orchestrator.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A run as its row shows it.
///
/// @param workflow the registered name
/// @param key the business key: at most one open run per workflow and key
/// @param queue whose workers run it
/// @param priority 0 to 9: of runs that wait, 9 is taken first
/// @param build the build that accepted it
/// @param workerId the worker that has it in memory, if one has
/// @param wakeAt for a run that nobody has in memory: when it must be loaded at the latest
/// @param problem why it is stuck, if it is
public record Run(
    RunId id,
    String workflow,
    @Nullable String key,
    String queue,
    int priority,
    RunStatus status,
    String build,
    @Nullable Long workerId,
    Instant createdAt,
    @Nullable Instant closedAt,
    @Nullable Instant wakeAt,
    @Nullable String problem) {}
