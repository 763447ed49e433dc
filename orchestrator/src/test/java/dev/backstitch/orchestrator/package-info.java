/// Tests of the engine on real PostgreSQL.
@NullMarked
package dev.backstitch.orchestrator;

import org.jspecify.annotations.NullMarked;
