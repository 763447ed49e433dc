package dev.backstitch.orchestrator.history;

import dev.backstitch.orchestrator.run.RunId;
import java.time.Instant;

/// An event in its place.
///
/// @param seq its number in the run's history, from 1 without gaps
/// @param at when it happened, on the database's clock
public record RecordedEvent(RunId runId, int seq, Instant at, Event event) {}
