/// Databases for tests: real, empty, migrated, and there within some thirty milliseconds.
///
/// Part of the published module, because the tests of other modules and of users' own workflows
/// need it too.
@NullMarked
package dev.backstitch.migrations.testkit;

import org.jspecify.annotations.NullMarked;
