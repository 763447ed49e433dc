/// Somebody who saw what happened and was told by nobody afterwards.
///
/// The [Witness] is a process of its own. Whoever does something tells it first, and goes on when
/// the witness has it on its disk; the lines of its one file are in the order in which it heard
/// them. It knows no database. The [Judge] then holds that file against the histories.
///
/// **What the judge can say without comparing clocks.** A `WRITE` or `ONCE` starts when everything
/// its code has seen is durable. So when the witness hears of such an effect, every event before
/// its command in the history *was durable by then*; and when a client was told of a run's end, all
/// of them were. That is how the place of an outcome among the effects is known:
///
/// - **lost**: an acknowledged start, signal, cancel, termination or end that the history does not
///   have, or an effect that the history has as completed and that the witness never heard of.
/// - **repeated**: an effect that began after its own outcome was durable. A `READ` may be repeated
///   by a worker that does not know yet that it was replaced; by the worker that has shown to know
///   the outcome, not even a `READ` may be. And a signal that the history has twice.
/// - **violation**: a `ONCE` twice; one idempotency key for two calls or two for one; a `WRITE` or
///   `ONCE` without its command, its failed attempt or its recorded start in the history; one call
///   with two inputs, which is a `WRITE` on facts that were lost again; an effect that began before
///   the one it waited for; signals in another order than they were accepted in; a run that works
///   after the next one with its key does; a run that failed, is stuck or is still open, or was
///   cancelled or terminated without anybody's wish.
///
/// **What must be excused.** A process that was frozen between being allowed an attempt and
/// beginning it begins it late, whatever anybody does. So each effect says for how long its process
/// had been standing still just before ([Pulse]). A `READ` or `WRITE` that comes late out of such a
/// stall is counted as *late*, not as repeated; a `ONCE` has no excuse. A run that is ended by
/// force goes on until its owner hears of it: what it then begins is no fault, unless its outcome
/// was durable.
///
/// Reading order: [Statement], [Witness], [WitnessClient], [Judge].
@NullMarked
package dev.backstitch.loadtest.witness;

import org.jspecify.annotations.NullMarked;
