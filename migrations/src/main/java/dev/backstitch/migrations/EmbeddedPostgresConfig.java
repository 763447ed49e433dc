package dev.backstitch.migrations;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/// How an embedded PostgreSQL is to be run.
///
/// @param home the folder that belongs to this database alone: data, password, log, lock. Made when
///   missing, with access for its user only.
/// @param binariesFolder where the PostgreSQL programs are unpacked, each version in a folder of
///   its own. May be shared by many homes and processes.
/// @param durable whether an acknowledged commit survives a power cut. Only tests may say no.
/// @param startTimeout how long the server may take until it accepts connections; more than zero. A
///   start after a crash replays the write-ahead log within this time.
/// @param port the loopback port, or 0 for the last one used, else any free one
/// @param settings server settings that are set on top of ours, for example `max_connections`. A
///   process that attaches to a running server has to take that server's.
public record EmbeddedPostgresConfig(
    Path home,
    Path binariesFolder,
    boolean durable,
    Duration startTimeout,
    int port,
    Map<String, String> settings) {

  private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

  public EmbeddedPostgresConfig {
    Objects.requireNonNull(home, "home");
    Objects.requireNonNull(binariesFolder, "binariesFolder");
    settings = Map.copyOf(settings);
    if (startTimeout.isNegative() || startTimeout.isZero()) {
      throw new IllegalArgumentException(
          "startTimeout must be more than zero, not " + startTimeout);
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 (any) or 1 to 65535, not " + port);
    }
    for (String name : settings.keySet()) {
      if (!name.matches("[a-z_][a-z0-9_.]*")) {
        throw new IllegalArgumentException("'" + name + "' is not the name of a server setting");
      }
    }
  }

  /// A durable database in `home`, its programs unpacked beside the data, on any free port.
  public static EmbeddedPostgresConfig in(Path home) {
    return new EmbeddedPostgresConfig(home, home, true, DEFAULT_START_TIMEOUT, 0, Map.of());
  }

  /// The same with the programs in another folder.
  public EmbeddedPostgresConfig withBinariesFolder(Path folder) {
    return new EmbeddedPostgresConfig(home, folder, durable, startTimeout, port, settings);
  }

  /// The same without any promise that data survives; two to ten times faster commits, for tests.
  public EmbeddedPostgresConfig withoutDurability() {
    return new EmbeddedPostgresConfig(home, binariesFolder, false, startTimeout, port, settings);
  }

  /// The same with another limit for the start.
  public EmbeddedPostgresConfig withStartTimeout(Duration timeout) {
    return new EmbeddedPostgresConfig(home, binariesFolder, durable, timeout, port, settings);
  }

  /// The same on a port that the caller chose; the start fails when it is taken.
  public EmbeddedPostgresConfig withPort(int fixedPort) {
    return new EmbeddedPostgresConfig(
        home, binariesFolder, durable, startTimeout, fixedPort, settings);
  }

  /// The same with these server settings instead of the former ones.
  public EmbeddedPostgresConfig withSettings(Map<String, String> serverSettings) {
    return new EmbeddedPostgresConfig(
        home, binariesFolder, durable, startTimeout, port, serverSettings);
  }
}
