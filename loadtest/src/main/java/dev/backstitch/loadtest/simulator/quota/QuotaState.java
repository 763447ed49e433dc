package dev.backstitch.loadtest.simulator.quota;

import java.time.Instant;

/// A quota at one moment.
///
/// @param used may exceed the limit: requests that are refused count too
public record QuotaState(int limit, int remaining, int used, Instant reset) {}
