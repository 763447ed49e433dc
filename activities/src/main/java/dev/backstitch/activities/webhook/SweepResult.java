package dev.backstitch.activities.webhook;

/// What a sweep did.
///
/// @param attempts that the log shows
/// @param missed events that nobody has accepted
/// @param redelivered of these, how many were asked for again
/// @param givenUp of these, how many were tried so often that they are left alone
/// @param requests HTTP requests sent
public record SweepResult(int attempts, int missed, int redelivered, int givenUp, int requests) {}
