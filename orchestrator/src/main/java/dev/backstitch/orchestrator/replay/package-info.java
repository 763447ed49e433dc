/// The pure heart: a run's code, driven by its history.
///
/// **The idea.** A run is a function of its history. The first event starts its code; every outcome
/// event lets the code go on until it waits again; on the way it issues commands. Which commands,
/// and in which order, depends on nothing but the events. So a run that lost its process is made
/// again by playing the recorded events to the same code, and the proof that it is the same run is
/// that it issues the same commands.
///
/// **Replay and play are one thing.** The [Replayer] handles events one at a time. Behind each
/// outcome the history holds the commands that it led to, because both were written in one flush.
/// While such recorded commands remain, a command that the code issues is compared with the next of
/// them ([CommandMatcher]) and must agree; behind the last event of the history it is new, and is
/// handed out to be recorded. A run is replaying for as long as there is something recorded left,
/// and nobody has to switch.
///
/// **Fibers.** The code runs on virtual threads that pass a baton ([Fibers]): exactly one of a
/// run's fibers runs at a time, and none while the run's driver does. Order is the order in which
/// things became ready, which is a function of the history. A waiting fiber is a parked virtual
/// thread: a few kilobytes, no carrier.
///
/// **Messages.** A signal waits in its channel until the code asks for it. A cancellation makes
/// every fiber that waits outside a shielded part go on with an exception, behind the commands that
/// cancel what was open; the driver issues those, in the order of their ordinals.
///
/// **When they disagree** ([Divergence]), nothing goes on: the fiber that issued the command is
/// never resumed, nothing new is handed out, and whoever drives the run marks it stuck. User code
/// can't catch this, because nothing is thrown.
///
/// **Pure.** Nothing in this package reads a clock, draws a random number, does I/O or depends on a
/// thread's timing, a locale or a hash order. Time comes from events.
///
/// Thread-safety: everything belongs to the one thread that drives the run at that moment, and to
/// the fiber it has handed the baton to. There are no locks.
///
/// Reading order: [Replayer], [ReplayedRunContext], [CommandMatcher], [Fibers], [Fiber],
/// [RunPromise], then [OpenWork], the fold that tells what a run still waits for.
@NullMarked
package dev.backstitch.orchestrator.replay;

import org.jspecify.annotations.NullMarked;
