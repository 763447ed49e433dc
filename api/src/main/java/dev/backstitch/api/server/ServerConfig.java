package dev.backstitch.api.server;

import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/// How a server is to be run.
///
/// @param home the folder that is the server's own; the embedded database lies in it
/// @param host the address to listen on; anything but the loopback needs a token
/// @param port 0 to 65535, 0 for any that is free
/// @param database a PostgreSQL of one's own; empty for the embedded one
/// @param token what callers must know, at least 16 characters; empty for anybody on this machine
/// @param engine the engine's limits
/// @param announced whether it takes the home folder's lock and says where it listens
/// @param mostStreams how many listeners of event streams it serves, 1 to 100,000
public record ServerConfig(
    Path home,
    String host,
    int port,
    Optional<DatabaseAddress> database,
    Optional<String> token,
    OrchestratorConfig engine,
    boolean announced,
    int mostStreams) {
  private static final int SHORTEST_TOKEN = 16;

  /// Checks the values.
  ///
  /// @throws IllegalArgumentException naming what is wrong and what is allowed
  public ServerConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("--port must be 0 (any) to 65535, was " + port);
    }
    if (mostStreams < 1 || mostStreams > 100_000) {
      throw new IllegalArgumentException("mostStreams must be 1 to 100000, was " + mostStreams);
    }
    if (token.isPresent() && token.get().length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "BACKSTITCH_API_TOKEN must have at least "
              + SHORTEST_TOKEN
              + " characters; a good one comes from 'openssl rand -hex 24'");
    }
    if (token.isEmpty() && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "--host "
              + host
              + " would let everybody on the network in. Set BACKSTITCH_API_TOKEN to a secret that"
              + " callers must know, or listen on 127.0.0.1.");
    }
  }

  /// The defaults: embedded database, `127.0.0.1:8080`, no token.
  public static ServerConfig in(Path home) {
    return new ServerConfig(
        home,
        "127.0.0.1",
        8080,
        Optional.empty(),
        Optional.empty(),
        OrchestratorConfig.defaults().withBuild(Version.current()),
        true,
        200);
  }

  /// The same listening elsewhere.
  public ServerConfig withAddress(String newHost, int newPort) {
    return new ServerConfig(
        home, newHost, newPort, database, token, engine, announced, mostStreams);
  }

  /// The same with a PostgreSQL of one's own.
  public ServerConfig withDatabase(DatabaseAddress newDatabase) {
    return new ServerConfig(
        home, host, port, Optional.of(newDatabase), token, engine, announced, mostStreams);
  }

  /// The same with or without a token. Set it before an address that needs it.
  public ServerConfig withToken(Optional<String> newToken) {
    return new ServerConfig(home, host, port, database, newToken, engine, announced, mostStreams);
  }

  /// The same with other limits of the engine.
  public ServerConfig withEngine(OrchestratorConfig newEngine) {
    return new ServerConfig(home, host, port, database, token, newEngine, announced, mostStreams);
  }

  /// The same with another number of listeners.
  public ServerConfig withMostStreams(int newMostStreams) {
    return new ServerConfig(home, host, port, database, token, engine, announced, newMostStreams);
  }

  /// The same for one command's own use: on any free port of the loopback, unannounced.
  public ServerConfig quiet() {
    return new ServerConfig(home, "127.0.0.1", 0, database, token, engine, false, mostStreams);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "--host " + host + " is no address of this machine: " + e.getMessage(), e);
    }
  }
}
