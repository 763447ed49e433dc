/// Trouble on purpose. [Faults] holds rules that say which requests meet which [Fault]; rules are
/// set while the simulator runs, by kind of [Operation], for the next request, the n-th, a share of
/// them or a period. Every fault met is recorded, so that a test can prove that its trouble came.
///
/// Troubles that are facts rather than events (a deleted fork, a broken file, a closed pull
/// request) are changes of the world and live there.
@NullMarked
package dev.backstitch.loadtest.simulator.fault;

import org.jspecify.annotations.NullMarked;
