package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A real PgBouncer (https://www.pgbouncer.org; Debian: `apt-get install pgbouncer`) in front of a
/// test's database.
final class PgBouncer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String UP = "process up";

  private final int port;
  private final Path log;
  private final Process process;

  /// @param poolMode `transaction` or `session`
  /// @param poolSize how many connections to the server it has for all clients together
  /// @param ignored start-up parameters that it passes over
  record Setting(String poolMode, int poolSize, String ignored) {}

  private PgBouncer(int port, Path log, Process process) {
    this.port = port;
    this.log = log;
    this.process = process;
  }

  /// The program, if this machine has it.
  static Optional<Path> program() {
    return Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst();
  }

  static PgBouncer start(Path folder, TestDatabase database, Setting setting) throws IOException {
    int port = freePort();
    Path users = folder.resolve("users.txt");
    Files.writeString(users, "\"%s\" \"%s\"\n".formatted(database.user(), database.password()));
    String server = database.jdbcUrl().replaceFirst(".*//([^:/]+):([0-9]+)/.*", "host=$1 port=$2");
    Path settings = folder.resolve("pgbouncer.ini");
    Files.writeString(
        settings,
        """
        [databases]
        * = %s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = %s
        default_pool_size = %d
        ignore_startup_parameters = %s
        idle_transaction_timeout = 10
        %s
        """
            .formatted(
                server,
                port,
                users,
                setting.poolMode(),
                setting.poolSize(),
                setting.ignored(),
                otherUser()));
    Path log = folder.resolve("pgbouncer.log");
    Process process =
        new ProcessBuilder(program().orElseThrow().toString(), settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(process.isAlive()).as(Files.readString(log)).isTrue())
        .until(() -> Files.readString(log).contains(UP));
    return new PgBouncer(port, log, process);
  }

  /// It refuses to serve as root, but lets itself be told whom to become.
  private static String otherUser() {
    return System.getProperty("user.name", "").equals("root") ? "user = nobody" : "";
  }

  /// The database through it.
  String jdbcUrl(TestDatabase database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database.name();
  }

  /// Clients that have come so far.
  List<String> logins() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("login attempt")).toList();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
