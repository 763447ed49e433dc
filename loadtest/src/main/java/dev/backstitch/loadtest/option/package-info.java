/// What the options of this module's commands have in common.
@NullMarked
package dev.backstitch.loadtest.option;

import org.jspecify.annotations.NullMarked;
