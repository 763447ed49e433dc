/// The engines of this house that take part in the contest: Backstitch itself, the ceiling above
/// it, and the designs that were there before it.
@NullMarked
package dev.backstitch.loadtest.engines;

import org.jspecify.annotations.NullMarked;
