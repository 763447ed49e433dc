/// The world and its oracle. The examples are written by hand, so that the oracle has a judge too.
@NullMarked
package dev.backstitch.loadtest.simulator.world;

import org.jspecify.annotations.NullMarked;
