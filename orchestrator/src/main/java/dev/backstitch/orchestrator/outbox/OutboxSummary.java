package dev.backstitch.orchestrator.outbox;

import java.time.Duration;

/// How the whole outbox stands.
///
/// @param waiting versions that wait, are on their way or in doubt: one for each key
/// @param oldestWaiting how long ago the oldest of them was recorded; zero if none waits
/// @param dead versions that somebody must look at
/// @param delivered versions that were delivered, of runs that began within the last 24 hours
/// @param superseded versions whose place a newer one took before they were sent, of the same
/// @param unchanged versions that the target showed already, of the same
public record OutboxSummary(
    long waiting,
    Duration oldestWaiting,
    long dead,
    long delivered,
    long superseded,
    long unchanged) {}
