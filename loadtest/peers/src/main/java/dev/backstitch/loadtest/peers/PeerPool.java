package dev.backstitch.loadtest.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstitch.loadtest.contest.Ground;

/// Connections for a peer.
final class PeerPool {
  private PeerPool() {}

  static HikariDataSource open(Ground ground, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(ground.jdbcUrl());
    config.setUsername(ground.user());
    config.setPassword(ground.password());
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(60_000);
    return new HikariDataSource(config);
  }
}
