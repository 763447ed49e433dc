/// The limits by themselves, on a clock that stands still.
@NullMarked
package dev.backstitch.loadtest.simulator.quota;

import org.jspecify.annotations.NullMarked;
