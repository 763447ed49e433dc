/// Tests of the routes about runs.
@NullMarked
package dev.backstitch.api.run;

import org.jspecify.annotations.NullMarked;
