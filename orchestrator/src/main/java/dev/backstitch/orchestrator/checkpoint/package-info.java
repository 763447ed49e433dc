/// How what a run has learned becomes durable.
///
/// **The state model.** A run hands over a [Checkpoint]: the events it has gained since its last
/// one, and whether it thereby started, closed, parked or got stuck. A [CheckpointWriter] (a lane:
/// one thread, one connection, autocommit) takes whatever all its runs have queued, makes it
/// durable by one call of the server-side function `checkpoint_v3` ([CheckpointStore]), tells every
/// run, and repeats. Alone, a step costs one commit and no wait; under load, batches grow by
/// themselves, because more is queued while a flush is on its way. Only behind a flush of many it
/// waits as long as more come, half a millisecond at the most, so that those that it has just
/// released are in the next. What its time goes into, and how large its flushes are, a lane counts
/// itself ([LaneMetrics]).
///
/// **The guarantee.** When a run is told that a checkpoint is durable, every row of it is
/// committed, and so is every earlier checkpoint of that run: a run always uses the same lane, and
/// a lane is first in, first out. If the worker's fence row is gone, nothing is written and the
/// worker is told that it is dead to the others.
///
/// **The failure cases.**
/// - The connection breaks while a flush is on its way: it may have been committed or not. The lane
///   reconnects, ends the sessions it had before (so that a flush that is still on its way never
///   arrives), locks its own fence row (behind which no flush of its own can still be in progress),
///   and looks for any row of the batch, or for a message that it would have removed. All of it is
///   there, or none.
/// - The server is down, or its disk full: the lane tries again, with a growing delay, for as long
///   as it takes. Nothing is lost; runs just wait.
/// - A batch is refused: it is halved until the offender is alone. That run becomes stuck with the
///   reason; the others are written.
///
/// Lock order is the function's: own fence row, run rows, inbox rows, outbox rows.
///
/// Reading order: [Checkpoint], [CheckpointWriter], [CheckpointStore], then the SQL of
/// `checkpoint_v3` in the migrations, which is the whole protocol on one page.
@NullMarked
package dev.backstitch.orchestrator.checkpoint;

import org.jspecify.annotations.NullMarked;
