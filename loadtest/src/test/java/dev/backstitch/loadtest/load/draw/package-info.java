/// Drawings, looked at.
@NullMarked
package dev.backstitch.loadtest.load.draw;

import org.jspecify.annotations.NullMarked;
