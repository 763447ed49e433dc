package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

  /// Also the programs' folder of every home here, so that they are unpacked once.
  @TempDir private static Path binaries;

  @TempDir private Path folder;

  @Test
  void rows_are_there_again_after_an_orderly_stop_and_the_second_start_is_fast()
      throws SQLException {
    var config = EmbeddedPostgresConfig.in(folder.resolve("home")).withBinariesFolder(binaries);
    int firstPort;
    try (var postgres = EmbeddedPostgres.start(config)) {
      assertThat(postgres.isOwner()).isTrue();
      firstPort = postgres.port();
      execute(postgres, "create table kept as select 42 as answer");
    }

    Instant begin = Instant.now();
    try (var postgres = EmbeddedPostgres.start(config)) {
      Duration warm = Duration.between(begin, Instant.now());

      assertThat(query(postgres, "select answer from kept")).isEqualTo("42");
      assertThat(postgres.port()).isEqualTo(firstPort);
      assertThat(warm).isLessThan(Duration.ofSeconds(1));
    }
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = postgres.dataSource().getConnection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
