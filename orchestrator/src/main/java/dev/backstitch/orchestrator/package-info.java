/// The durable workflow engine. It knows no GitHub and no HTTP.
///
/// **The idea.** A run is plain Java that learns about the world only through recorded events.
/// While it is in memory it just runs; when its process dies, another one reads its events, runs
/// the same code over them, and has the same run again.
///
/// **The loop** ([dev.backstitch.orchestrator.worker]). A worker claims runs that nobody has and
/// keeps them in memory. A *fact* comes in: an activity has answered, a timer is due. The run's
/// turn records it as an event, plays it to the run's code, records the commands that the code
/// issues ([dev.backstitch.orchestrator.replay]), and hands all of that to a lane as one
/// *checkpoint*. The lane makes whatever all runs have queued durable in one call of one
/// server-side function ([dev.backstitch.orchestrator.checkpoint]), and tells the runs. Then the
/// activities that had to wait for durability start ([dev.backstitch.orchestrator.activity]), and
/// their answers are the next facts.
///
/// **The guarantees.**
/// 1. A run's events are numbered from 1 without gaps: one start first, at most one end, last.
/// 2. A command has at most one outcome; replaying any prefix gives a prefix of the same commands.
/// 3. Whatever was acknowledged (a start, a result) is there after any crash.
/// 4. A worker that was taken over writes nothing any more ([dev.backstitch.orchestrator.lease]).
/// 5. A `WRITE` starts only when everything the code has seen is durable, and may be repeated with
///    the same idempotency key; a `ONCE` is never repeated; a `READ` may run at any time.
/// 6. A timer never fires early and fires at most once. One open run per workflow and business key.
/// 7. A batch's failure harms only the item that caused it.
/// 8. A signal that was accepted is received once, in order, unless its run ends first; a
///    termination ends a run whatever its owner does ([dev.backstitch.orchestrator.inbox]).
/// 9. What a run posts is shown in the order of its versions, the last one in the end; a run that
///    declared its end posts it once, whoever ends it ([dev.backstitch.orchestrator.outbox]).
///
/// **When it breaks.**
///
/// | crash | left behind | then |
/// | --- | --- | --- |
/// | before a flush commits | nothing of it | the caller asks again, or the activity runs again |
/// | after it, before the acknowledgement | all of it | the lane looks for its batch, finds it, goes on |
/// | an activity ran, its result is not durable | no result | it runs again with the same key; `ONCE`: unknown |
/// | a post was sent, that is not marked | a version in doubt | the target is asked, then it is marked or sent again |
/// | the old owner is still alive after a takeover | no fence row | its next flush is refused |
///
/// **Reading order.** [dev.backstitch.orchestrator.workflow] (what users write),
/// [dev.backstitch.orchestrator.history], [dev.backstitch.orchestrator.replay],
/// [dev.backstitch.orchestrator.worker], [dev.backstitch.orchestrator.checkpoint],
/// [dev.backstitch.orchestrator.lease], [dev.backstitch.orchestrator.inbox],
/// [dev.backstitch.orchestrator.outbox], then [Orchestrator], where callers come in. Who starts
/// runs by the clock finds due times in [dev.backstitch.orchestrator.schedule], and starts a run
/// together with whatever moves to the next one by [Orchestrator#inTransaction].
@NullMarked
package dev.backstitch.orchestrator;

import org.jspecify.annotations.NullMarked;
