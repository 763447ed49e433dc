/// Commands of the simulated GitHub, each in a process of its own.
@NullMarked
package dev.backstitch.loadtest.demo;

import org.jspecify.annotations.NullMarked;
