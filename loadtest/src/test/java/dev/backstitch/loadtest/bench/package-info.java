/// The benchmarks, used rightly and wrongly.
@NullMarked
package dev.backstitch.loadtest.bench;

import org.jspecify.annotations.NullMarked;
