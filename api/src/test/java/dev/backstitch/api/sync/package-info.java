/// Tests of configured syncs and of what starts them.
@NullMarked
package dev.backstitch.api.sync;

import org.jspecify.annotations.NullMarked;
