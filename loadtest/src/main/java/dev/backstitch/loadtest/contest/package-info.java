/// The same work done by several engines in turns, on one machine and one PostgreSQL.
///
/// **How it is kept fair.** Every engine is an [Engine] in a process of its own ([EngineProcess]),
/// with a database of its own on the same durable server, so that none loads another's code or
/// reads another's tables. The [Contest] goes round: in every round each engine opens, warms up,
/// does the work and closes, so that whatever else happens on the machine hits all of them alike,
/// and an engine whose turn it is not does nothing. Clients live in the engine's process and wait
/// for the end of each run: everybody's cost holds theirs.
///
/// **How it stays bounded.** Work ends after a time and a number of runs ([Work]); every answer of
/// an engine's process has a deadline ([EngineHandle]); and a process whose conductor is gone ends
/// because its line to it does.
///
/// Reading order: [Workload], [Contender], [Engine], [Contest], [EngineHandle], [EngineProcess].
@NullMarked
package dev.backstitch.loadtest.contest;

import org.jspecify.annotations.NullMarked;
