/// Tests of a whole server.
@NullMarked
package dev.backstitch.api.server;

import org.jspecify.annotations.NullMarked;
