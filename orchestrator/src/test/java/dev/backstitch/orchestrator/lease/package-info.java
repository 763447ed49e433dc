@NullMarked
package dev.backstitch.orchestrator.lease;

import org.jspecify.annotations.NullMarked;
