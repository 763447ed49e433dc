package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.checkpoint.LaneMetrics;

/// Counters since this worker started, and gauges of this moment.
///
/// @param cacheHits how often a run that had something to do was still in memory
/// @param cacheMisses how often it had to be rebuilt by replay
/// @param lanes of all lanes together
public record EngineMetrics(
    long runsStarted,
    long runsClosed,
    long eventsRecorded,
    long flushes,
    long cacheHits,
    long cacheMisses,
    long eventsReplayed,
    long activityAttempts,
    long activityFailures,
    int runsInMemory,
    int activitiesInFlight,
    int queuedCheckpoints,
    LaneMetrics lanes) {}
