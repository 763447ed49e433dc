/// Simulations of whole clusters: the engine's own code, simulated time, network and database.
@NullMarked
package dev.backstitch.orchestrator.worker;

import org.jspecify.annotations.NullMarked;
