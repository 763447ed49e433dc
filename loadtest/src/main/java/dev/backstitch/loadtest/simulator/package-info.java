/// A simulated GitHub for the demo, for tests and for load scenarios.
@NullMarked
package dev.backstitch.loadtest.simulator;

import org.jspecify.annotations.NullMarked;
