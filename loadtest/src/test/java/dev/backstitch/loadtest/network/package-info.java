/// The proxy, held against a real PostgreSQL.
@NullMarked
package dev.backstitch.loadtest.network;

import org.jspecify.annotations.NullMarked;
