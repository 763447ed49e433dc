/// What latency is counted from, tested.
@NullMarked
package dev.backstitch.loadtest.load.arrival;

import org.jspecify.annotations.NullMarked;
