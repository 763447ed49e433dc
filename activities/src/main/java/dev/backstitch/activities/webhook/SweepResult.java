package dev.backstitch.activities.webhook;

/// What a sweep did.
///
/// @param attempts how many the log shows
/// @param missed how many events nobody has accepted
/// @param redelivered of these, how many were asked for again
/// @param givenUp of these, how many were tried five times and are left alone
/// @param requests HTTP requests sent
public record SweepResult(int attempts, int missed, int redelivered, int givenUp, int requests) {}
