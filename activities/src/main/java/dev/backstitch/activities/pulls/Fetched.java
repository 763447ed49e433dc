package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.ApiUse;

/// What became of one [FetchFile].
///
/// @param file the file, or why there is none
/// @param use what it cost; files that were fetched together book their cost on the first of them,
///   so that the sum over all is right
public record Fetched(FetchedFile file, ApiUse use) {}
