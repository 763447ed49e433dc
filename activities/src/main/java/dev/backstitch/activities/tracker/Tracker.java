package dev.backstitch.activities.tracker;

import dev.backstitch.activities.client.ApiUse;

/// What [ReadTracker] found.
///
/// @param target as it is called now: a renamed repository has its new name here
/// @param state all of one commit
/// @param use what reading it cost
public record Tracker(TrackerBranch target, TrackerState state, ApiUse use) {}
