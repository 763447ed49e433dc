/// What GitHub asks of every client and no description of its API says: who breaks one of the
/// [Laws] is recorded as a violation, and served all the same.
@NullMarked
package dev.backstitch.loadtest.simulator.law;

import org.jspecify.annotations.NullMarked;
