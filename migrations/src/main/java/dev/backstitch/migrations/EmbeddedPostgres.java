package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL of the application's own, durable by default, that needs no installation and no
/// privilege. The essay in this package's description tells how it stays trustworthy.
///
/// The first process that starts in a home folder owns it and runs the server. Others attach as
/// clients; when the owner closes or dies, one of them becomes the owner and starts the server
/// again, if possible on the same port. The same happens when the server ends by itself. Meanwhile
/// connections fail for a moment, as with any database that is restarted.
///
/// Thread-safe.
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration ATTACH_POLL = Duration.ofMillis(20);
  private static final Duration WATCH_POLL = Duration.ofMillis(100);
  private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);

  private final EmbeddedPostgresConfig config;
  private final HomeFolder home;
  private final HomeLock lock;
  private final Thread keeper;
  private volatile Role role;
  private volatile boolean closed;

  /// What this process is to the home folder.
  private sealed interface Role {
    /// Runs the server and holds the lock.
    record Owner(ServerProcess server) implements Role {}

    /// Uses the server of another process, or waits for one.
    record Guest(int port) implements Role {}
  }

  private EmbeddedPostgres(
      EmbeddedPostgresConfig config, HomeFolder home, HomeLock lock, Role role) {
    this.config = config;
    this.home = home;
    this.lock = lock;
    this.role = role;
    this.keeper = Thread.ofVirtual().name("embedded-postgres-keeper").unstarted(this::keep);
  }

  /// Starts a server in the configured home, or attaches to the one that another process runs
  /// there. Returns when connections are accepted.
  ///
  /// @throws EmbeddedPostgresException when that is not possible; its message says what to do
  public static EmbeddedPostgres start(EmbeddedPostgresConfig config) {
    Platform.requireSupported();
    HomeFolder home = HomeFolder.open(config.home());
    HomeLock lock = openLock(home);
    try {
      var postgres = new EmbeddedPostgres(config, home, lock, takeRole(config, home, lock));
      postgres.keeper.start();
      return postgres;
    } catch (RuntimeException e) {
      closeAfter(lock, e);
      throw e;
    }
  }

  /// Deletes a home folder with all its data, unless a process owns it; a server that a dead owner
  /// left behind is stopped first.
  ///
  /// @return whether the folder is gone
  public static boolean delete(Path homeFolder) {
    if (Files.notExists(homeFolder)) {
      return true;
    }
    HomeFolder home = HomeFolder.open(homeFolder);
    try (HomeLock lock = openLock(home)) {
      if (!acquire(lock)) {
        return false;
      }
      Postmaster.removeOrphan(home.data());
      home.deleteWithLockLast();
      return true;
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("deleting " + home.path(), e);
    }
  }

  private static HomeLock openLock(HomeFolder home) {
    try {
      return HomeLock.open(home.lock());
    } catch (IOException e) {
      throw EmbeddedPostgresException.homeNotUsable(home.path(), e.toString(), e);
    }
  }

  private static void closeAfter(HomeLock lock, RuntimeException failure) {
    try {
      lock.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static Role takeRole(EmbeddedPostgresConfig config, HomeFolder home, HomeLock lock) {
    Instant deadline = Instant.now().plus(config.startTimeout());
    while (true) {
      if (acquire(lock)) {
        return new Role.Owner(new ServerStart(config, home).run());
      }
      Optional<Postmaster> server = Postmaster.of(home.data()).filter(Postmaster::isReady);
      if (server.isPresent() && answers(home, server.get().port())) {
        LOG.info("attached to a running server home={} port={}", home.path(), server.get().port());
        return new Role.Guest(server.get().port());
      }
      if (Instant.now().isAfter(deadline)) {
        throw EmbeddedPostgresException.ownerNotReady(
            home.path(), ownerOf(lock), config.startTimeout());
      }
      Pause.of(ATTACH_POLL, "waiting for the database of another process");
    }
  }

  private static boolean acquire(HomeLock lock) {
    try {
      return lock.tryAcquire();
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("locking the database's home folder", e);
    }
  }

  private static String ownerOf(HomeLock lock) {
    try {
      return lock.lastOwner();
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("reading who owns the home folder", e);
    }
  }

  private static boolean answers(HomeFolder home, int port) {
    try (Connection connection = dataSource(home.password(), port).getConnection()) {
      return connection.isValid(0);
    } catch (SQLException e) {
      // The file told of a server that is going or gone; the caller looks again.
      return false;
    }
  }

  /// The life of this object in the background: an owner waits for its server's end, a guest for
  /// the owner's.
  private void keep() {
    try {
      while (!closed) {
        role =
            switch (role) {
              case Role.Owner(ServerProcess server) -> afterTheEndOf(server);
              case Role.Guest(int port) -> watchAsGuest(port);
            };
      }
    } catch (InterruptedException e) {
      // close() interrupts this thread, and nobody else knows it.
      Thread.currentThread().interrupt();
    }
  }

  private Role afterTheEndOf(ServerProcess server) throws InterruptedException {
    server.awaitEnd();
    if (!closed) {
      LOG.error(
          "PostgreSQL ended by itself and is started again exitCode={} log={}",
          server.exitCode(),
          home.log());
      release();
    }
    return closed ? new Role.Owner(server) : new Role.Guest(server.port());
  }

  private Role watchAsGuest(int port) throws InterruptedException {
    try {
      if (acquire(lock)) {
        return new Role.Owner(new ServerStart(config, home).run());
      }
      Thread.sleep(WATCH_POLL);
      return Postmaster.of(home.data())
          .filter(Postmaster::isReady)
          .map(server -> new Role.Guest(server.port()))
          .orElse(new Role.Guest(port));
    } catch (RuntimeException e) {
      release();
      if (closed) {
        throw new InterruptedException("closed while starting the server");
      }
      LOG.error("the server could not be started, next try in {}", RESTART_PAUSE, e);
      Thread.sleep(RESTART_PAUSE);
      return new Role.Guest(port);
    }
  }

  private void release() {
    try {
      lock.release();
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("unlocking the database's home folder", e);
    }
  }

  /// Whether this process runs the server. Changes when it becomes the owner after another one.
  public boolean isOwner() {
    return role instanceof Role.Owner;
  }

  /// The port on 127.0.0.1. Can change when the owner does; [#dataSource()] follows by itself.
  public int port() {
    return switch (role) {
      case Role.Owner(ServerProcess server) -> server.port();
      case Role.Guest(int port) -> port;
    };
  }

  /// The database's address at this moment.
  public String jdbcUrl() {
    return jdbcUrl(port());
  }

  private static String jdbcUrl(int port) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, Cluster.DATABASE);
  }

  /// The role to connect as: owner of its database, not a superuser.
  public String user() {
    return Cluster.ROLE;
  }

  /// The password that was generated when the database was made.
  public String password() {
    return home.password();
  }

  /// The folder of this database.
  public Path home() {
    return home.path();
  }

  /// Connections without a pool, each to the server as it is then.
  public DataSource dataSource() {
    var source =
        new PGSimpleDataSource() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getUrl() {
            return jdbcUrl();
          }
        };
    source.setUser(user());
    source.setPassword(password());
    return source;
  }

  private static DataSource dataSource(String password, int port) {
    var source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl(port));
    source.setUser(Cluster.ROLE);
    source.setPassword(password);
    return source;
  }

  /// Stops the server if this process owns it, and returns when all is written and the home is free
  /// for the next owner. A guest only detaches. Calling it again does nothing.
  @Override
  public void close() {
    closed = true;
    keeper.interrupt();
    joinKeeper();
    try (lock) {
      if (role instanceof Role.Owner(ServerProcess server)) {
        server.stop();
      }
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("unlocking the database's home folder", e);
    }
  }

  private void joinKeeper() {
    try {
      keeper.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EmbeddedPostgresException.interrupted("closing the embedded PostgreSQL");
    }
  }
}
