/// The main job as a scenario: a cold, an idle and a ten-changed sync of a simulated class, with
/// what each of them cost by the simulator's own counts.
///
/// Reading order: [SyncScenarios], [SyncReport].
@NullMarked
package dev.backstitch.loadtest.sync;

import org.jspecify.annotations.NullMarked;
