/// Benchmarks: each prints a table of what was measured, and beside it what it is compared to in
/// the same run on the same machine.
@NullMarked
package dev.backstitch.loadtest.bench;

import org.jspecify.annotations.NullMarked;
