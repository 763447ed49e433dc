/// The statements of the lease, for tests that compare the database with its simulation.
@NullMarked
package dev.backstitch.orchestrator.lease;

import org.jspecify.annotations.NullMarked;
