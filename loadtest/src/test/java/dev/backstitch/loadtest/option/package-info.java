/// What an option refuses, in the words of whoever typed it.
@NullMarked
package dev.backstitch.loadtest.option;

import org.jspecify.annotations.NullMarked;
