package dev.backstitch.migrations.testkit;

import dev.backstitch.migrations.MigrationException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A migrated database for one test, or one test class, and nobody else.
///
/// The server behind it is shared by all tests of the process, starts with the first database, and
/// ends with the process. It does not write through to disk: what a test wants to know about
/// crashes of the server itself, it asks an `EmbeddedPostgres` of its own.
///
/// ```java
/// try (var database = TestDatabase.create()) {
///   var orchestrator = new Orchestrator(database.dataSource(), ...);
/// }
/// ```
///
/// Thread-safe; several tests may create databases at the same time.
public final class TestDatabase implements AutoCloseable {

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final TestServer server;
  private final String name;

  private TestDatabase(TestServer server, String name) {
    this.server = server;
    this.name = name;
  }

  /// A new database with the schema of this build and no rows.
  ///
  /// @throws dev.backstitch.migrations.EmbeddedPostgresException when no server can be started
  /// @throws MigrationException when the schema cannot be made
  public static TestDatabase create() {
    TestServer server = TestServer.shared();
    String name = "test_" + NUMBERS.incrementAndGet();
    server.createDatabase(name);
    return new TestDatabase(server, name);
  }

  /// The database's name on its server.
  public String name() {
    return name;
  }

  /// The address, without user and password.
  public String jdbcUrl() {
    return server.jdbcUrl(name);
  }

  /// The role that owns the database; not a superuser.
  public String user() {
    return server.user();
  }

  /// That role's password.
  public String password() {
    return server.password();
  }

  /// Connections without a pool. The server allows 200 at a time, all tests together.
  public DataSource dataSource() {
    var source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl());
    source.setUser(user());
    source.setPassword(password());
    return source;
  }

  /// Ends all sessions and drops the database. Calling it again does nothing.
  @Override
  public void close() {
    server.dropDatabase(name);
  }
}
