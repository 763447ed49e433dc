/// Tests of replay: pure, without a database.
@NullMarked
package dev.backstitch.orchestrator.replay;

import org.jspecify.annotations.NullMarked;
