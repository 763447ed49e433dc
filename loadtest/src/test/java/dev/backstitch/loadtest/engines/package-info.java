/// The engines, held against each other.
@NullMarked
package dev.backstitch.loadtest.engines;

import org.jspecify.annotations.NullMarked;
