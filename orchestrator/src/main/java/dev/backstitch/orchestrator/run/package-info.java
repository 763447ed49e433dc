/// A run and its row: identity, status, and the reads that lists and pages need.
@NullMarked
package dev.backstitch.orchestrator.run;

import org.jspecify.annotations.NullMarked;
