/// The meter, held against work of known size.
@NullMarked
package dev.backstitch.loadtest.meter;

import org.jspecify.annotations.NullMarked;
