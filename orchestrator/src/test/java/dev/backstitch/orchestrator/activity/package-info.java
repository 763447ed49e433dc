/// Tests of attempts, their bounds and batches, without a database.
@NullMarked
package dev.backstitch.orchestrator.activity;

import org.jspecify.annotations.NullMarked;
