/// What a user would pick instead of Backstitch, taking part in the contest: each as its own
/// documentation says, on the same durable PostgreSQL or with its own log written through to the
/// disk.
@NullMarked
package dev.backstitch.loadtest.peers;

import org.jspecify.annotations.NullMarked;
