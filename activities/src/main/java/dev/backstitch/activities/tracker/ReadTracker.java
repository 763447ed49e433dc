package dev.backstitch.activities.tracker;

import dev.backstitch.orchestrator.workflow.Call;

/// Reads what the branch holds: its head, and the maps at exactly that commit.
///
/// @param target must exist; map files that do not are empty maps
public record ReadTracker(TrackerBranch target) implements Call<Tracker> {}
