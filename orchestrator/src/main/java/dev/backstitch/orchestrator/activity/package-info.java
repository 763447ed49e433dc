/// Running activities: attempts, their bounds and time limits, and the batcher.
///
/// Nothing here decides anything about a run. An [Attempt] comes in, and one event goes out to its
/// listener: completed, failed for good, failed with another attempt to follow, or deferred. None
/// goes out where nobody wants it any more ([Interest]), and when the worker stops before it is
/// begun, the listener is told that it was withdrawn. The run records it and, if another attempt
/// follows, sends that in when its time has come; so a waiting attempt holds no thread and no slot,
/// and a crash forgets nothing.
///
/// Every activity has its own bound on attempts at a time in every queue ([Slots]); what is above
/// it waits in order. A `WRITE` or a `ONCE` is not begun while the worker can't count on its lease.
/// An attempt that exceeds its time is reported as failed at once and interrupted, and frees its
/// slot; what it returns afterwards is ignored.
///
/// Reading order: [Attempt], [Interest], [ActivityExecutor], [AttemptOutcome], [Batcher], [Slots].
@NullMarked
package dev.backstitch.orchestrator.activity;

import org.jspecify.annotations.NullMarked;
