/// Tests of the outbox.
@NullMarked
package dev.backstitch.orchestrator.outbox;

import org.jspecify.annotations.NullMarked;
