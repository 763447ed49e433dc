/// Running activities: attempts, their bounds and time limits, and the batcher.
///
/// Nothing here decides anything about a run. An [Attempt] comes in, and exactly one event goes out
/// by its `report`: completed, failed for good, failed with another attempt to follow, or deferred.
/// The run records it and, if another attempt follows, sends that in when its time has come; so a
/// waiting attempt holds no thread and no slot, and a crash forgets nothing.
///
/// Every activity has its own bound on attempts at a time ([Slots]); what is above it waits in
/// order. An attempt that exceeds its time is reported as failed at once and interrupted, and frees
/// its slot; what it returns afterwards is ignored.
///
/// Reading order: [Attempt], [ActivityExecutor], [AttemptOutcome], [Batcher], [Slots].
@NullMarked
package dev.backstitch.orchestrator.activity;

import org.jspecify.annotations.NullMarked;
