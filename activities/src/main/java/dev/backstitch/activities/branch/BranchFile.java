package dev.backstitch.activities.branch;

import org.jspecify.annotations.Nullable;

/// What is posted to a path of a branch.
///
/// @param text the whole file; null if there must be none
public record BranchFile(@Nullable String text) {}
