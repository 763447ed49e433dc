package dev.backstitch.migrations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// A process of its own that starts a database and does what it is told on standard input, so that
/// tests can kill it. Ends when its input does.
final class OwnerProgram {

  private OwnerProgram() {}

  /// Arguments: the home and the programs' folder.
  public static void main(String[] arguments) throws IOException, SQLException {
    EmbeddedPostgresConfig config =
        EmbeddedPostgresConfig.in(Path.of(arguments[0]))
            .withBinariesFolder(Path.of(arguments[1]))
            .withStartTimeout(Duration.ofSeconds(30));
    try (var postgres = EmbeddedPostgres.start(config)) {
      say("started owner=" + postgres.isOwner() + " port=" + postgres.port());
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line;
      while ((line = in.readLine()) != null && !line.equals("close")) {
        obey(postgres, List.of(line.split(" ", 2)));
      }
    } catch (EmbeddedPostgresException e) {
      say("failed " + String.valueOf(e.getMessage()).replaceAll("\\R", " | "));
      return;
    }
    say("closed");
  }

  private static void obey(EmbeddedPostgres postgres, List<String> command) throws SQLException {
    String argument = command.getLast();
    switch (command.getFirst()) {
      case "sql" -> say("result " + sql(postgres, argument));
      case "commit-for-ever" -> Thread.startVirtualThread(() -> commitForEver(postgres));
      case "at-shutdown" ->
          Runtime.getRuntime()
              .addShutdownHook(Thread.ofPlatform().unstarted(() -> shutDown(postgres, argument)));
      default -> throw new IllegalArgumentException("unknown command " + command);
    }
  }

  private static String sql(EmbeddedPostgres postgres, String statement) throws SQLException {
    try (Connection connection = postgres.dataSource().getConnection();
        var execution = connection.createStatement()) {
      if (!execution.execute(statement)) {
        return "done";
      }
      try (var rows = execution.getResultSet()) {
        return rows.next() ? rows.getString(1) : "none";
      }
    }
  }

  /// Says each number after, and only after, the server has acknowledged its commit.
  private static void commitForEver(EmbeddedPostgres postgres) {
    try (Connection connection = postgres.dataSource().getConnection();
        var insert = connection.prepareStatement("insert into numbers values (?)")) {
      for (int number = 1; ; number++) {
        insert.setInt(1, number);
        insert.executeUpdate();
        say("committed " + number);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void shutDown(EmbeddedPostgres postgres, String statement) {
    try {
      say("at shutdown " + sql(postgres, statement));
    } catch (SQLException e) {
      say("at shutdown " + e);
    }
    postgres.close();
    say("closed by hook");
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
