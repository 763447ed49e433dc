package dev.backstitch.migrations;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything the owner of a home does from an unknown state of the folder to a server that accepts
/// connections.
final class ServerStart {

  private static final Logger LOG = LoggerFactory.getLogger(ServerStart.class);

  /// A start can fail for reasons that pass: another program took the port since we looked, or the
  /// last processes of a killed server still hold its shared memory.
  private static final int ATTEMPTS = 3;

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

  private final EmbeddedPostgresConfig config;
  private final HomeFolder home;

  ServerStart(EmbeddedPostgresConfig config, HomeFolder home) {
    this.config = config;
    this.home = home;
  }

  /// The caller holds the home's lock.
  ServerProcess run() {
    Instant begin = Instant.now();
    ServerUser user = ServerUser.forHome(home);
    Binaries binaries = Binaries.in(config.binariesFolder(), user);
    Postmaster.removeOrphan(home.data());
    String password = home.passwordOrNew();
    user.own(home);
    new Cluster(home, binaries, user, config.durable()).makeIfMissing(password);
    ServerProcess server = start(binaries, user);
    try {
      home.rememberPort(server.port());
      user.own(home);
    } catch (EmbeddedPostgresException e) {
      server.stopAfter(e);
      throw e;
    }
    LOG.info(
        "embedded PostgreSQL started home={} port={} millis={}",
        home.path(),
        server.port(),
        Duration.between(begin, Instant.now()).toMillis());
    return server;
  }

  private ServerProcess start(Binaries binaries, ServerUser user) {
    for (int attempt = 1; ; attempt++) {
      int port = Ports.choose(config.port(), home.lastPort());
      ServerProcess server =
          ServerProcess.spawn(home, user.command(serverCommand(binaries, port)), port);
      if (server.awaitReady(config.startTimeout())) {
        return server;
      }
      if (attempt == ATTEMPTS) {
        DiskSpace.of(home.path()).blameIfFull("starting PostgreSQL", null);
        throw EmbeddedPostgresException.serverEnded(
            server.exitCode(), home.log(), server.logTail());
      }
      Pause.of(BETWEEN_ATTEMPTS, "starting PostgreSQL");
      Postmaster.removeOrphan(home.data());
    }
  }

  private List<String> serverCommand(Binaries binaries, int port) {
    var command = new ArrayList<String>();
    command.add(binaries.program("postgres").toString());
    command.add("-D");
    command.add(home.data().toString());
    settings(port)
        .forEach((name, value) -> {
          command.add("-c");
          command.add(name + "=" + value);
        });
    return command;
  }

  private Map<String, String> settings(int port) {
    var settings = new TreeMap<String, String>();
    String durable = config.durable() ? "on" : "off";
    settings.put("fsync", durable);
    settings.put("synchronous_commit", durable);
    settings.put("full_page_writes", durable);
    settings.put("log_line_prefix", "%m [%p] ");
    settings.putAll(config.settings());
    // These are what the rest of this package relies on; nobody may set them otherwise.
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("port", Integer.toString(port));
    settings.put("unix_socket_directories", "");
    settings.put("logging_collector", "off");
    return settings;
  }
}
