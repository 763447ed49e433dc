package dev.backstitch.orchestrator.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is known of one quota at this moment.
///
/// @param owner who is charged
/// @param resource which of the owner's quotas
/// @param perWindow the limit; null until an answer told
/// @param remaining what is left by the last answers; null if the window is over, or none told
/// @param reserve what bulk leaves
/// @param live points that live work holds permits for
/// @param bulk points that bulk holds permits for
/// @param lost points of requests whose answers never came, counted as spent
/// @param unexplained how much of the window others have used, at least
/// @param resetAt when the window ends, on the database's clock
/// @param observedAt when an answer last told
/// @param blockedUntil until when the server wants nobody to send anything; null if it does not
/// @param blockedWhy why
/// @param bulkWaitsUntil up to when bulk calls have been sent to wait; null if none waits
public record QuotaState(
    String owner,
    String resource,
    @Nullable Integer perWindow,
    @Nullable Integer remaining,
    @Nullable Integer reserve,
    int live,
    int bulk,
    int lost,
    int unexplained,
    @Nullable Instant resetAt,
    @Nullable Instant observedAt,
    @Nullable Instant blockedUntil,
    @Nullable String blockedWhy,
    @Nullable Instant bulkWaitsUntil) {}
