package dev.backstitch.loadtest.simulator.forge;

import dev.backstitch.loadtest.simulator.account.Account;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// What somebody said about a commit.
///
/// @param state `error`, `failure`, `pending` or `success`
public record CommitStatus(
    long id,
    ObjectId commit,
    String context,
    String state,
    Optional<String> description,
    Optional<String> targetUrl,
    Account creator,
    Instant createdAt) {}
