/// The timer service on simulated time.
@NullMarked
package dev.backstitch.orchestrator.timer;

import org.jspecify.annotations.NullMarked;
