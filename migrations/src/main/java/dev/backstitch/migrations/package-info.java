/// The schema of Backstitch, the migrator that applies it, and the embedded PostgreSQL.
@NullMarked
package dev.backstitch.migrations;

import org.jspecify.annotations.NullMarked;
