/// The HTTP API, the admin pages and the command line.
@NullMarked
package dev.backstitch.api;

import org.jspecify.annotations.NullMarked;
