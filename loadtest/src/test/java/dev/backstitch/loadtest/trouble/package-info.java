/// The engine while its database is in trouble: real servers, real sockets, real restarts.
@NullMarked
package dev.backstitch.loadtest.trouble;

import org.jspecify.annotations.NullMarked;
