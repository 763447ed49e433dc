/// Tests of retention.
@NullMarked
package dev.backstitch.api.retention;

import org.jspecify.annotations.NullMarked;
