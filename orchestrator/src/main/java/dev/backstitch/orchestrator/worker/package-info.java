/// The loop: claim, replay, play, checkpoint, park.
///
/// A [Worker] is one registration of this process. It claims runs that nobody has ([Claimer]), and
/// keeps each as a [LoadedRun] in its [RunCache] for as long as the run waits: that is the sticky
/// cache, and while a run is in it, nothing of its history is read again.
///
/// A `LoadedRun` is an actor. Facts (an attempt's outcome, a timer, a wish to park) go into its
/// mailbox from any thread; one *turn* at a time takes them out. For each fact the turn records an
/// event, plays it to the run's code, records the commands that come out, and sets them going; then
/// everything the turn recorded goes to the run's lane as one checkpoint. So the result of one
/// activity and the scheduling of the next are one flush. A turn has a virtual thread of its own,
/// or that of an attempt which ended by itself and holds nothing any more: one less for each step.
///
/// What others have to say to a run, the [InboxReader] finds and offers; the turn takes it as a
/// fact like any other, and the checkpoint that records it removes it from the inbox. A run that
/// was terminated has been closed past this worker: it is forgotten when the reader finds the note,
/// or when the lane is refused.
///
/// What runs have posted is in the outbox when their checkpoint is durable, and belongs to no run
/// any more: the worker's [dev.backstitch.orchestrator.outbox.Deliverer] takes what is due,
/// whoever's it is.
///
/// A run belongs to a queue. A worker serves some queues, each with its own room in memory and its
/// own slots for calls; what it does not serve or has no room for is left to others
/// ([StartsForOthers]). Where one worker has far more runs than another, it hands some over
/// ([Balance]). To hand a run over is to launch nothing more, let what is on its way end, and park
/// it as due: so does a worker that stops, and nothing is done twice.
///
/// What may start when is decided by the activity's effect: a `READ` at once, everything else when
/// the checkpoint that holds its command is durable, and with it all that the code had seen.
///
/// Lock order: there is one lock, none is nested. A turn belongs to one thread at a time by an
/// atomic flag; what a lane's thread does when it reports durability is handing work over.
///
/// Reading order: [LoadedRun], [Mailbox], [Worker], [RunCache], [Claimer], [InboxReader],
/// [Balance].
@NullMarked
package dev.backstitch.orchestrator.worker;

import org.jspecify.annotations.NullMarked;
