/// The listener by itself, spoken to in raw HTTP/1.1 where a well-behaved client would not do.
@NullMarked
package dev.backstitch.loadtest.simulator.http;

import org.jspecify.annotations.NullMarked;
