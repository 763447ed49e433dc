/// Posts against the simulated GitHub.
@NullMarked
package dev.backstitch.loadtest.post;

import org.jspecify.annotations.NullMarked;
