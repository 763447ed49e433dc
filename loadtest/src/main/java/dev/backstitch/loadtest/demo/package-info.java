/// The product in one command, without credentials: a server with an embedded PostgreSQL, and a
/// simulated GitHub with a class of students to sync.
@NullMarked
package dev.backstitch.loadtest.demo;

import org.jspecify.annotations.NullMarked;
