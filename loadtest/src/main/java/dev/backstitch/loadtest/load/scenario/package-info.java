/// The scenarios: what is put on an engine, and what is measured of it.
///
/// Most repeat one thing ([Repetition] of a [Workload]): prepare, warm up, then let the generator
/// go, between two readings of the meter. The others have a course of their own.
///
/// Reading order: [ScenarioName], [Setting], [Scenario], [Repetition], [RunWorkload].
@NullMarked
package dev.backstitch.loadtest.load.scenario;

import org.jspecify.annotations.NullMarked;
