package dev.backstitch.migrations;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Flyway's log with everything below a warning moved to debug: what it did is one line of
/// [Migrator]'s. Flyway makes it by name, which is why it is public.
public final class QuietFlywayLog implements LogCreator {

  /// For Flyway.
  public QuietFlywayLog() {}

  @Override
  public Log createLogger(Class<?> source) {
    return new Quiet(LoggerFactory.getLogger(source));
  }

  private record Quiet(Logger log) implements Log {

    @Override
    public void debug(String message) {
      log.debug(message);
    }

    @Override
    public void info(String message) {
      log.debug(message);
    }

    @Override
    public void notice(String message) {
      log.debug(message);
    }

    @Override
    public void warn(String message) {
      log.warn(message);
    }

    @Override
    public void error(String message) {
      log.error(message);
    }

    @Override
    public void error(String message, Exception cause) {
      log.error(message, cause);
    }
  }
}
