/// Waking up at a time on the database's clock.
@NullMarked
package dev.backstitch.orchestrator.timer;

import org.jspecify.annotations.NullMarked;
