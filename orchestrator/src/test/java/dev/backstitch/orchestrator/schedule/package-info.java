/// Tests of when something is due.
@NullMarked
package dev.backstitch.orchestrator.schedule;

import org.jspecify.annotations.NullMarked;
