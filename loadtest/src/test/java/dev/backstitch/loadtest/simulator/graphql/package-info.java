/// The executable schema by itself.
@NullMarked
package dev.backstitch.loadtest.simulator.graphql;

import org.jspecify.annotations.NullMarked;
