/// The simulator's own behaviour, seen over HTTP as a client sees it.
@NullMarked
package dev.backstitch.loadtest.simulator;

import org.jspecify.annotations.NullMarked;
