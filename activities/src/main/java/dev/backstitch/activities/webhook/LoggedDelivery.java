package dev.backstitch.activities.webhook;

import java.time.Instant;

/// One attempt to deliver an event, as GitHub's log has it.
///
/// @param id of the attempt
/// @param guid of the event, the same for all its attempts
/// @param accepted whether it was answered with 2xx
public record LoggedDelivery(
    long id, String guid, String event, Instant deliveredAt, boolean accepted) {}
