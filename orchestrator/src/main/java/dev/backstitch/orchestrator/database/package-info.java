/// The database as everything else sees it: where it is, what its errors mean, and its clock.
///
/// No two machines' clocks are ever compared: every instant that is recorded or waited for is on
/// the one clock that all workers share.
@NullMarked
package dev.backstitch.orchestrator.database;

import org.jspecify.annotations.NullMarked;
