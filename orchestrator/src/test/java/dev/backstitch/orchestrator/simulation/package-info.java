/// One thread at a time, one clock that moves when nothing is left to do at a moment, one source of
/// chance: the same seed gives the same story.
///
/// [Simulation] holds what will happen and when. A [SimulatedProcess] can be killed and frozen:
/// what belongs to it is forgotten, or waits. Code that blocks runs on a [SimulatedThread], which
/// passes a baton as a run's fibers do, so the engine's own loops run unchanged.
@NullMarked
package dev.backstitch.orchestrator.simulation;

import org.jspecify.annotations.NullMarked;
