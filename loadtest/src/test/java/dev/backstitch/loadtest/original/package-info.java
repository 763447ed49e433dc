/// The baseline must do the original's job, or comparing with it would mean nothing.
@NullMarked
package dev.backstitch.loadtest.original;

import org.jspecify.annotations.NullMarked;
