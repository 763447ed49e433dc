/// Tests of the quota ledger, on its real functions with a clock of their own.
@NullMarked
package dev.backstitch.orchestrator.quota;

import org.jspecify.annotations.NullMarked;
