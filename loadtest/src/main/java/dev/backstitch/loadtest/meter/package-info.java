/// What a piece of work cost: processor time of the engine and of the database, write-ahead log,
/// transactions, rows, memory.
///
/// **How.** A [Meter] is read before and after ([Reading]); the difference is a [Cost], which
/// divides itself by the number of pieces. Nothing is sampled in between, so measuring costs the
/// work nothing.
///
/// **What is exact and what is not.** Processor time comes from the system in nanoseconds, that of
/// children that have ended in steps of 10 ms: a session of the database that was closed within the
/// work is counted. Where a system has no such clock, all of it comes in these steps. The position
/// in the write-ahead log and the count of transactions that wrote are exact at once; both are the
/// whole server's, so measure alone on it. Commits and rows of one database are told by its
/// sessions when they end, or up to ten seconds after they have become idle: close the engine
/// before the second reading where these must be exact.
///
/// Reading order: [Meter], [Cost].
@NullMarked
package dev.backstitch.loadtest.meter;

import org.jspecify.annotations.NullMarked;
