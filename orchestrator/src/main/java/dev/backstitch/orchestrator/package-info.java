/// The durable workflow engine.
@NullMarked
package dev.backstitch.orchestrator;

import org.jspecify.annotations.NullMarked;
