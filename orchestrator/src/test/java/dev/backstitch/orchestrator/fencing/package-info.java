/// A model of lease, fence and append, explored to the last state.
///
/// **What it is.** Two workers, one or two runs, one database, and everything that can be in each
/// other's way: a flush on its way, a claim, a takeover, a lost answer, a killed and a frozen
/// process. [World] is one moment. [Steps] tells what can happen next: each step is as large as
/// what PostgreSQL or a process does without anybody seeing the middle of it. [Explorer] visits
/// every moment that any order of steps can lead to, nearest first, so a counterexample is a
/// shortest one.
///
/// **What it holds**, at every moment:
/// 1. No event is appended by a worker after its fence row is gone, nor by one that does not own
///    the run.
/// 2. `seq` is contiguous and written once.
/// 3. What a worker was told to be durable is there, and was written by it.
/// 4. No run is blamed (made stuck) for rows that the server refused for our own fault.
/// 5. When everything has come to rest that can, every run is in the memory of a live worker that
///    owns it, if there is one left.
///
/// **What it proves.** That the protocol holds these, and that each of its parts is needed:
/// [Protocol] names the parts, and `FencingTest` takes each of them out and shows the trace that
/// then goes wrong. It proves nothing about the SQL: that the function does what the model's steps
/// say is what `CheckpointFunctionTest` and its mutants hold.
///
/// **What is left out.** Time (a lease is over whenever that could be), lanes beyond the first
/// (each has a fence row of its own), registrations after a loss, and batches: a flush is one
/// checkpoint.
///
/// Reading order: [World], [Steps], [ClientSteps], [ServerSteps], [TakeoverSteps], [Protocol],
/// [Explorer].
@NullMarked
package dev.backstitch.orchestrator.fencing;

import org.jspecify.annotations.NullMarked;
