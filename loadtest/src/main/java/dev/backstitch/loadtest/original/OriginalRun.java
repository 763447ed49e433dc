package dev.backstitch.loadtest.original;

import java.time.Duration;

/// What one run of the original's way did.
///
/// @param students open pull requests found
/// @param fetched files read and written
/// @param skipped left out because their head was unchanged
/// @param failed could not be read; the original prints a line and goes on
/// @param requests API requests, counted by the simulator
/// @param points quota spent, counted by the simulator
/// @param commits commits pushed to the tracker
public record OriginalRun(
    Way way,
    int students,
    int fetched,
    int skipped,
    int failed,
    long requests,
    long points,
    int commits,
    Duration took) {}
