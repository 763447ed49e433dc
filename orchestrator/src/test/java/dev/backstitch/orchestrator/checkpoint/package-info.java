/// Tests of how facts become durable, on real PostgreSQL.
@NullMarked
package dev.backstitch.orchestrator.checkpoint;

import org.jspecify.annotations.NullMarked;
