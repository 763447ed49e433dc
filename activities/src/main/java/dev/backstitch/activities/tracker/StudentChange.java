package dev.backstitch.activities.tracker;

/// One student's new file.
///
/// @param userId names the file, and the entries in both maps
/// @param login what the map of users is to say
/// @param number the pull request it came from
/// @param headOid the commit it was read at, which becomes the student's watermark
/// @param text the student's own file, exactly; it is rendered when it is written
public record StudentChange(String userId, String login, int number, String headOid, String text) {}
