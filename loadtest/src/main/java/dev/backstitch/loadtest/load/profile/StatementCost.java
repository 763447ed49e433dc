package dev.backstitch.loadtest.load.profile;

/// What PostgreSQL spent on a statement while something was measured, as `pg_stat_statements`
/// tells.
///
/// @param statement its beginning, with constants left out
/// @param insideFunction whether a function ran it; its time is then also in the statement that
///   called the function
/// @param calls how often it ran
/// @param totalMillis in the executor, waiting included; without the commit after it
/// @param meanMillis the same by calls
/// @param rows that it returned or changed
/// @param blocksHit blocks of 8 KiB that were in PostgreSQL's memory
/// @param blocksRead blocks that were not
/// @param walBytes write-ahead log that it made
public record StatementCost(
    String statement,
    boolean insideFunction,
    long calls,
    double totalMillis,
    double meanMillis,
    long rows,
    long blocksHit,
    long blocksRead,
    long walBytes) {}
