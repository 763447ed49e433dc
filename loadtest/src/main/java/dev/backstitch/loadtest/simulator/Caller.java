package dev.backstitch.loadtest.simulator;

import dev.backstitch.loadtest.simulator.account.Account;
import java.util.Optional;

/// Who sent a request.
///
/// @param token empty for an anonymous request; an ETag belongs to it
record Caller(Account account, Optional<String> token) {}
