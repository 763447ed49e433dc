package dev.backstitch.activities.pulls;

import org.jspecify.annotations.Nullable;

/// Who opened a pull request.
///
/// @param login may change over time
/// @param userId never changes; null for a bot, an organization or an imported account
public record Author(String login, @Nullable Long userId) {}
