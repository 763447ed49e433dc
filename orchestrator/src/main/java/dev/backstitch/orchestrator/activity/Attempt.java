package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.Call;
import java.time.Instant;
import java.util.function.Consumer;

/// One attempt at one call.
///
/// @param deadline when all attempts together must be over (schedule-to-close)
/// @param report takes the one event that comes of it, on any thread
public record Attempt(
    ActivityContext context,
    ActivityDefinition definition,
    Call<?> call,
    Instant deadline,
    Consumer<Event> report) {}
