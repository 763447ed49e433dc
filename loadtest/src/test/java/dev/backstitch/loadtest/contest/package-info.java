/// The contest, held with tiny work on a real PostgreSQL.
@NullMarked
package dev.backstitch.loadtest.contest;

import org.jspecify.annotations.NullMarked;
