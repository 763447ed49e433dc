/// What makes the product start fast: a rehearsal of what commands usually do, run once by the
/// build so that the JVM can keep the classes it loaded in an ahead-of-time cache.
@NullMarked
package dev.backstitch.loadtest.start;

import org.jspecify.annotations.NullMarked;
