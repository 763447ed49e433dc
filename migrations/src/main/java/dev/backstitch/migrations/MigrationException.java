package dev.backstitch.migrations;

import java.time.Duration;

/// The schema could not be brought to this build's version; nothing was changed, or every file that
/// had begun was undone as a whole. The message says what to do; [#code()] is stable.
public final class MigrationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  private MigrationException(String code, String message, Throwable cause) {
    super(code + ": " + message, cause);
    this.code = code;
  }

  private MigrationException(String code, String message) {
    super(code + ": " + message);
    this.code = code;
  }

  /// The stable code, for example `BST-DB-101`.
  public String code() {
    return code;
  }

  static MigrationException databaseNotReachable(Throwable cause) {
    return new MigrationException(
        "BST-DB-101",
        "the database cannot be reached or refuses this user: %s. Check its address, user and password, and that it runs."
            .formatted(cause.getMessage()),
        cause);
  }

  static MigrationException serverTooOld(String version, int oldestMajor) {
    return new MigrationException(
        "BST-DB-102",
        "the database server is %s; Backstitch needs PostgreSQL %d or later."
            .formatted(version, oldestMajor));
  }

  static MigrationException madeByNewerBuild(String found, String newestKnown) {
    return new MigrationException(
        "BST-DB-103",
        "the schema has version %s, this build knows versions up to %s. Start the newer build; a schema is never taken back."
            .formatted(found, newestKnown));
  }

  static MigrationException historyDiffers(Throwable cause) {
    return new MigrationException(
        "BST-DB-104",
        "the schema was not made by this build's migrations. Use the database that belongs to this build. Details: %s"
            .formatted(cause.getMessage()),
        cause);
  }

  static MigrationException failed(Throwable cause) {
    return new MigrationException(
        "BST-DB-105",
        "a migration failed and was undone; the schema is as it was before that file. %s"
            .formatted(cause.getMessage()),
        cause);
  }

  static MigrationException othersTookTooLong(Duration limit) {
    return new MigrationException(
        "BST-DB-106",
        "another process has been migrating this database for %s. Wait for it, or look at what it says."
            .formatted(limit));
  }

  static MigrationException notMigrated(String found, String needed) {
    return new MigrationException(
        "BST-DB-107",
        "the schema has version %s, this build reads version %s. Start a server of this build on the database once; it brings the schema up to date."
            .formatted(found, needed));
  }
}
