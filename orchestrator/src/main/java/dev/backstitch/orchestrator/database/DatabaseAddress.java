package dev.backstitch.orchestrator.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/// Where the database is and who we are there.
///
/// @param jdbcUrl such as `jdbc:postgresql://127.0.0.1:5432/backstitch`; the database itself, or a
///   pooler that gives every client a session of its own
/// @param poolJdbcUrl the same database through a pooler in transaction mode, for everything that
///   needs no session; empty to do without one
public record DatabaseAddress(
    String jdbcUrl, String user, String password, Optional<String> poolJdbcUrl) {

  /// An address without a pooler.
  public DatabaseAddress(String jdbcUrl, String user, String password) {
    this(jdbcUrl, user, password, Optional.empty());
  }

  /// The same with a pooler for everything that needs no session, user and password being the same.
  public DatabaseAddress withPool(String newPoolJdbcUrl) {
    return new DatabaseAddress(jdbcUrl, user, password, Optional.of(newPoolJdbcUrl));
  }

  /// Opens a connection of one's own, outside any pool, in autocommit.
  ///
  /// @param purpose shown as `application_name`
  /// @throws SQLException as the driver says it
  public Connection connect(String purpose) throws SQLException {
    // From the first execution on: these connections repeat a handful of statements for ever.
    return connect(purpose, 1);
  }

  /// @param prepareThreshold from which execution on a statement is prepared, 0 for never
  Connection connect(String purpose, int prepareThreshold) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "backstitch " + purpose);
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("prepareThreshold", Integer.toString(prepareThreshold));
    // A process that freezes in the middle of a transaction must not hold its locks for ever.
    properties.setProperty("options", "-c idle_in_transaction_session_timeout=10s");
    Connection connection = new Driver().connect(jdbcUrl, properties);
    if (connection == null) {
      throw new SQLException("not a PostgreSQL address: " + jdbcUrl, "08001");
    }
    return connection;
  }

  /// Without the password.
  @Override
  public String toString() {
    return jdbcUrl + poolJdbcUrl.map(pool -> " and " + pool).orElse("") + " as " + user;
  }
}
