/// Tests of the command line.
@NullMarked
package dev.backstitch.api.command;

import org.jspecify.annotations.NullMarked;
