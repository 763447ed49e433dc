/// What Python's `json` module does with a file, for those who must know it exactly: the oracle
/// that judges the product, and the baseline that works as the original script does. It shares no
/// code with the product's own formatter.
@NullMarked
package dev.backstitch.loadtest.python;

import org.jspecify.annotations.NullMarked;
