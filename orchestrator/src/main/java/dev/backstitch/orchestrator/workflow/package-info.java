/// What users write against: workflows, the calls they make, and the modules that register both.
///
/// A [Workflow] is deterministic Java. It learns about the world only through its [RunContext]:
/// calls to activities, timers, recorded values, posts. Each of these is a numbered command, its
/// outcome is an append-only event, and a run that lost its process is rebuilt by running the same
/// code again over the recorded events.
///
/// Reading order: [Workflow], [RunContext], [Call] and [Outcome], [ActivityHandler] with
/// [ActivityOptions] and [RetryPolicy], [Target] and [PostTarget], then [WorkflowModule] and
/// [Registry], where all of it meets.
@NullMarked
package dev.backstitch.orchestrator.workflow;

import org.jspecify.annotations.NullMarked;
