package dev.backstitch.loadtest.contest;

import org.jdbi.v3.core.Handle;

/// Databases on the server.
final class ArenaStore {
  private ArenaStore() {}

  private static final String CREATE_DATABASE =
      """
      create database <name>
      """;

  /// @param name our own, of letters, digits and underscores: a statement of this kind takes no
  ///   parameters
  static void createDatabase(Handle handle, String name) {
    if (!name.matches("[a-z0-9_]{1,60}")) {
      throw new IllegalArgumentException("no name for a database: " + name);
    }
    handle.createUpdate(CREATE_DATABASE).define("name", name).execute();
  }
}
