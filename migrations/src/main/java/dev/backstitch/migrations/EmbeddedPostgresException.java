package dev.backstitch.migrations;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The embedded PostgreSQL could not be started, kept or stopped. The message says what happened
/// and what to do; [#code()] is stable and can be searched for.
public final class EmbeddedPostgresException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final String INSTEAD =
      " Or use a PostgreSQL of your own (15 to 18) by its JDBC address.";

  private final String code;

  private EmbeddedPostgresException(String code, String message, @Nullable Throwable cause) {
    super(code + ": " + message, cause);
    this.code = code;
  }

  /// The stable code, for example `BST-PG-004`.
  public String code() {
    return code;
  }

  static EmbeddedPostgresException homeNotUsable(
      Path home, String reason, @Nullable Throwable cause) {
    return new EmbeddedPostgresException(
        "BST-PG-001",
        "the database's home folder %s cannot be used: %s. Choose another folder, or give this user access to it."
            .formatted(home, reason),
        cause);
  }

  static EmbeddedPostgresException platformNotSupported(String platform, String reason) {
    return new EmbeddedPostgresException(
        "BST-PG-002",
        "there is no embedded PostgreSQL for this machine (%s): %s. It runs on Linux with glibc and on macOS, on x86-64 and arm64.%s"
            .formatted(platform, reason, INSTEAD),
        null);
  }

  static EmbeddedPostgresException rootNotPossible(String reason) {
    return new EmbeddedPostgresException(
        "BST-PG-003",
        "PostgreSQL refuses to run as root, and this machine offers no way around: %s. Start Backstitch as an ordinary user.%s"
            .formatted(reason, INSTEAD),
        null);
  }

  static EmbeddedPostgresException userHasNoName(int uid) {
    return new EmbeddedPostgresException(
        "BST-PG-015",
        "PostgreSQL refuses to make a database for user %d, who has no name on this machine, and user namespaces are not allowed here. Add the user to /etc/passwd.%s"
            .formatted(uid, INSTEAD),
        null);
  }

  static EmbeddedPostgresException portTaken(int port) {
    return new EmbeddedPostgresException(
        "BST-PG-004",
        "port %d on 127.0.0.1 is taken by another program. Stop that program, or choose another port (0 means any free one)."
            .formatted(port),
        null);
  }

  static EmbeddedPostgresException diskFull(
      Path folder, long usableBytes, String doing, @Nullable Throwable cause) {
    return new EmbeddedPostgresException(
        "BST-PG-005",
        "the disk that holds %s is full (%d MB left) while %s. Nothing was lost: make room, and start again."
            .formatted(folder, usableBytes >> 20, doing),
        cause);
  }

  static EmbeddedPostgresException pathNotExpressible(String path, String encoding) {
    return new EmbeddedPostgresException(
        "BST-PG-006",
        "the path %s has letters that this process cannot pass on, because its locale's encoding is %s. Start with LC_ALL=C.UTF-8 (or any UTF-8 locale) in the environment, or use a home folder whose path is plain ASCII."
            .formatted(path, encoding),
        null);
  }

  static EmbeddedPostgresException clusterNotMade(int exitCode, String output) {
    return new EmbeddedPostgresException(
        "BST-PG-007",
        "a new database could not be made (exit code %d). What was begun is made again at the next start. PostgreSQL said:%n%s"
            .formatted(exitCode, output),
        null);
  }

  static EmbeddedPostgresException serverEnded(int exitCode, Path log, String tail) {
    return new EmbeddedPostgresException(
        "BST-PG-008",
        "PostgreSQL ended while it was starting (exit code %d). The end of its log, %s:%n%s"
            .formatted(exitCode, log, tail),
        null);
  }

  static EmbeddedPostgresException notReadyInTime(Duration limit, Path log, String tail) {
    return new EmbeddedPostgresException(
        "BST-PG-009",
        "PostgreSQL did not accept connections within %s and was stopped. After a crash it may need longer to recover: raise the start timeout. The end of its log, %s:%n%s"
            .formatted(limit, log, tail),
        null);
  }

  static EmbeddedPostgresException dataNotUsable(Path data, String reason) {
    return new EmbeddedPostgresException(
        "BST-PG-010",
        "the data in %s was left untouched, because %s.".formatted(data, reason),
        null);
  }

  static EmbeddedPostgresException ownerNotReady(Path home, String owner, Duration limit) {
    return new EmbeddedPostgresException(
        "BST-PG-011",
        "process %s owns %s, but its database did not become ready within %s. Look at what that process says, or end it: this one then takes over."
            .formatted(owner, home, limit),
        null);
  }

  static EmbeddedPostgresException notStopped(long pid, Duration limit) {
    return new EmbeddedPostgresException(
        "BST-PG-012",
        "PostgreSQL (process %d) did not stop within %s. Its data is safe; end the process by hand before the next start."
            .formatted(pid, limit),
        null);
  }

  static EmbeddedPostgresException systemRefused(String doing, @Nullable Throwable cause) {
    return new EmbeddedPostgresException(
        "BST-PG-013",
        "%s failed: %s. The cause below names the file or program."
            .formatted(doing, cause == null ? "no reason was given" : cause),
        cause);
  }

  static EmbeddedPostgresException interrupted(String doing) {
    return new EmbeddedPostgresException(
        "BST-PG-014", "interrupted while %s; what was started was stopped.".formatted(doing), null);
  }
}
