/// The simulator's time: real, but movable, so that a test need not wait for a quota's hour.
@NullMarked
package dev.backstitch.loadtest.simulator.clock;

import org.jspecify.annotations.NullMarked;
