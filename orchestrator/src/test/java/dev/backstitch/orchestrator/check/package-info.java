/// Each invariant, broken on purpose.
@NullMarked
package dev.backstitch.orchestrator.check;

import org.jspecify.annotations.NullMarked;
