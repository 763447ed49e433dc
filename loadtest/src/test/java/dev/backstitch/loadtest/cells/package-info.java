/// The router by itself, and the bench with two real cells.
@NullMarked
package dev.backstitch.loadtest.cells;

import org.jspecify.annotations.NullMarked;
