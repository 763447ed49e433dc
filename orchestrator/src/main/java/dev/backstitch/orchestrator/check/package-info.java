/// What must always hold, asked of a live database.
///
/// **The idea.** Every promise of the engine that leaves a trace in the tables is one [Invariant]:
/// a stable code, a line that says what holds, and one SQL statement that finds the rows for which
/// it does not. [InvariantChecker] asks them all in one read-only, repeatable-read transaction, so
/// all of them see the same instant, whatever the workers do meanwhile.
///
/// **What a moment may look like.** Whether a run that is due is left alone is a question of a
/// while, and no table says since when a worker could have taken it. `BST-INV-408` leaves out every
/// reason that a worker may have, and if it still finds somebody, it asks again half a minute
/// later: who is worked off, or was held up by an outage, is claimed by then. It judges the run
/// that is next in its queue, and only workers that have shown that they know its workflow; so a
/// worker that never touched that workflow, or serves several queues and has runs of this one, is
/// not told of. See [0027](../../../../../../../../docs/decisions/0027-a-run-that-nobody-takes.md).
///
/// **What it costs.** The statements work on sets inside the server; only a count and a few
/// offenders per invariant come back, so memory stays bounded on both sides. They read the whole
/// history, some of them twice: on a large database that is minutes of one processor, and a
/// snapshot that holds back vacuum for as long.
///
/// **What it can't see.** That nothing acknowledged is missing and that no effect was repeated: for
/// that somebody outside must have written down what happened (the witness of `./backstitch
/// chaos`). That nothing was written after the fence went is told by commit times where the server
/// keeps them (`track_commit_timestamp = on`), otherwise only by what the events themselves say.
/// What is a matter of how something went and leaves no trace: whether bulk kept the reserve of a
/// quota, and whether a batch's failure harmed others than its item.
///
/// Events are known by their labels, and those come from the sealed types of
/// [dev.backstitch.orchestrator.history.Event], so a new event is checked without a change here. An
/// event's ordinal is read from the beginning of its JSON, which the codec always writes first.
///
/// Reading order: [Invariant], [InvariantChecker], then the stores, one per family:
/// `EventOrderStore` (1xx), `CommandStore` (2xx), `TimerStore` (3xx), `OwnershipStore` (4xx),
/// `BorderStore` and `PostInvariantStore` (5xx), `PayloadStore` (6xx), `SchemaStore` (7xx).
@NullMarked
package dev.backstitch.orchestrator.check;

import org.jspecify.annotations.NullMarked;
