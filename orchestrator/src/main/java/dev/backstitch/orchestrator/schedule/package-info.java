/// When something is due again: pure arithmetic, no clock and no state.
///
/// A [Schedule] gives the first due time behind a moment. Who keeps the last one and fires is
/// somebody else's: see `sync_repository` in V009 for the way it is done once per due time. Whoever
/// was away for long asks for the first time behind *now*, so missed times become one.
@NullMarked
package dev.backstitch.orchestrator.schedule;

import org.jspecify.annotations.NullMarked;
