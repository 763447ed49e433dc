/// Benchmarks of pieces that are private to the package of the same name in the orchestrator.
@NullMarked
package dev.backstitch.orchestrator.replay;

import org.jspecify.annotations.NullMarked;
