/// The formatter, held against what CPython prints.
@NullMarked
package dev.backstitch.loadtest.python;

import org.jspecify.annotations.NullMarked;
