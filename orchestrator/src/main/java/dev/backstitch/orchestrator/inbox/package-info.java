/// What others have to say to a run.
///
/// **A message** is a signal or a cancel. Whoever sends one, in whichever process, makes it a row
/// and is told that it is accepted when that row is durable. The worker that has the run finds it,
/// and takes it into the history by a checkpoint that removes the row in the same transaction: so
/// after any crash there is the row or the event, never both and never neither.
///
/// **Finding it** needs no hint. A message is addressed to the worker that has the run, and a
/// worker reads what is addressed to it: one statement over a small index per interval, for all its
/// runs. What was sent while nobody had the run, the claimer addresses to its own worker. A hint (a
/// NOTIFY from the sender's transaction, which is never a flush) only makes the reading early.
///
/// **Order and doubles.** A run takes its messages in the order in which they were accepted. The
/// sender's id makes two of them one, whether the first still waits or was taken long ago.
///
/// **A termination** is no message: it needs nobody's consent. It closes the run past its owner,
/// and leaves a note to make the owner forget it.
///
/// Why nothing falls between, and what a termination can meet, is written at the head of the
/// migration `V003__borders.sql`.
///
/// Reading order: that essay, [InboxStore], then the worker's `InboxReader`.
@NullMarked
package dev.backstitch.orchestrator.inbox;

import org.jspecify.annotations.NullMarked;
