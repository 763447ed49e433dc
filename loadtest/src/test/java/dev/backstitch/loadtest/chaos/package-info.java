/// Chaos, performed.
@NullMarked
package dev.backstitch.loadtest.chaos;

import org.jspecify.annotations.NullMarked;
