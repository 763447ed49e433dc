package dev.backstitch.loadtest.engines;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import java.sql.Connection;
import java.sql.SQLException;

/// A design that commits for every run by itself, on a pool of connections.
final class PooledSession implements Session {
  /// More commits in progress share one write to the disk; beyond this it was slower on two cores.
  static final int CONNECTIONS = 16;

  private final HikariDataSource pool;
  private final Design design;

  /// How one run is done, from its start to its end.
  interface Design {
    void complete(PooledSession session, StepRows rows) throws Exception;
  }

  /// What happens in one transaction.
  interface Transaction<T> {
    T in(Connection connection) throws SQLException;
  }

  private PooledSession(HikariDataSource pool, Design design) {
    this.pool = pool;
    this.design = design;
  }

  static PooledSession open(Ground ground, Design design) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(ground.jdbcUrl());
    config.setUsername(ground.user());
    config.setPassword(ground.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setAutoCommit(false);
    config.setConnectionTimeout(60_000);
    config.addDataSourceProperty("prepareThreshold", "1");
    PooledSession session = new PooledSession(new HikariDataSource(config), design);
    session.<Integer>commit(connection -> {
      BaselineStore.createTables(connection);
      return 0;
    });
    return session;
  }

  <T> T commit(Transaction<T> transaction) throws SQLException {
    // The pool rolls back what is not committed when it gets the connection back.
    try (Connection connection = pool.getConnection()) {
      T result = transaction.in(connection);
      connection.commit();
      return result;
    }
  }

  @Override
  public void perform(Work work, Latencies latencies) throws Exception {
    StepRows rows = new StepRows(work.steps());
    ClosedLoop.perform(
        work,
        latencies,
        () -> {
          design.complete(this, rows);
          return 0;
        });
  }

  @Override
  public void close() {
    pool.close();
  }
}
