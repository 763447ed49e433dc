/// Tests of events and values as JSON.
@NullMarked
package dev.backstitch.orchestrator.history;

import org.jspecify.annotations.NullMarked;
