/// Where the time goes: a profile of this process by the JVM's own flight recorder, what
/// PostgreSQL's sessions do or wait for, sampled beside it, what PostgreSQL counts of its
/// statements, and what the engine's lanes count of themselves.
///
/// All but the lanes look on while the load runs and take a little of the processors: compare
/// figures of a measurement with a profile only with others that have one.
///
/// Reading order: [Profiler], [Profile], [WaitSampler], [StatementStore], [LaneProfile].
@NullMarked
package dev.backstitch.loadtest.load.profile;

import org.jspecify.annotations.NullMarked;
