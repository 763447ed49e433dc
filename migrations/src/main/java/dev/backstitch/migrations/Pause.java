package dev.backstitch.migrations;

import java.time.Duration;

/// A short wait between two looks at something that gives no signal: a file that another process
/// writes, a lock that another process holds.
final class Pause {

  private Pause() {}

  static void of(Duration duration, String doing) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EmbeddedPostgresException.interrupted(doing);
    }
  }
}
