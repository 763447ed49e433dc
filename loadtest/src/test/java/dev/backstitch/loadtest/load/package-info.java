/// Load tests, on a small load.
@NullMarked
package dev.backstitch.loadtest.load;

import org.jspecify.annotations.NullMarked;
