/// The main job end to end: a real engine on real PostgreSQL against the simulated GitHub.
@NullMarked
package dev.backstitch.loadtest.sync;

import org.jspecify.annotations.NullMarked;
