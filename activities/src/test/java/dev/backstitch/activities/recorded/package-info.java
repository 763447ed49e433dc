/// Answers that GitHub gave.
@NullMarked
package dev.backstitch.activities.recorded;

import org.jspecify.annotations.NullMarked;
