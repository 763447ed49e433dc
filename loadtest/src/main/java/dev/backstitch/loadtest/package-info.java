/// The GitHub simulator, the demo and the benchmarks.
@NullMarked
package dev.backstitch.loadtest;

import org.jspecify.annotations.NullMarked;
