/// Where the time goes: a profile of this process by the JVM's own flight recorder, and what
/// PostgreSQL's sessions do or wait for, sampled beside it.
///
/// Both look on while the load runs and take a little of the processors: compare figures of a
/// measurement with a profile only with others that have one.
///
/// Reading order: [Profiler], [Profile], [WaitSampler].
@NullMarked
package dev.backstitch.loadtest.load.profile;

import org.jspecify.annotations.NullMarked;
