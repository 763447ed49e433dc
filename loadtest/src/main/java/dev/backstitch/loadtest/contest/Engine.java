package dev.backstitch.loadtest.contest;

/// An engine that takes part; found by the service loader in its own process. It is made anew for
/// every process and lives as long.
public interface Engine {
  /// What every step carries in and out: 200 bytes.
  String PAYLOAD = "x".repeat(200);

  /// The label of its [Contender].
  String name();

  /// What was set, and after which advice, in one line for the reader of the table.
  String settings();

  /// Begins to work on this ground. Called again after the session was closed.
  Session open(Ground ground) throws Exception;
}
