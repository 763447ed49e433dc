/// Tests of what the database says.
@NullMarked
package dev.backstitch.orchestrator.database;

import org.jspecify.annotations.NullMarked;
