package dev.backstitch.activities.pulls;

import org.jspecify.annotations.Nullable;

/// Where one open pull request stands.
///
/// @param number the pull request
/// @param headOid its newest commit when it was listed
/// @param author null if the account is deleted
/// @param headRepository `owner/name` of the fork, null if it is deleted
public record Head(
    int number, String headOid, @Nullable Author author, @Nullable String headRepository) {}
