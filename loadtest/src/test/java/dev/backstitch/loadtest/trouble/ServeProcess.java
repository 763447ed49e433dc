package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.api.Main;
import dev.backstitch.api.server.RunningServer;
import dev.backstitch.api.server.ServerFile;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `./backstitch serve` in a process of its own, with the walk among its workflows.
///
/// [#address] is safe for any thread, everything else belongs to one.
final class ServeProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path home;
  private final Launch launch;
  private @Nullable Process process;
  private volatile @Nullable URI address;

  /// How it is started.
  ///
  /// @param steps where the walk writes its steps
  /// @param options more of the command's options
  record Launch(DatabaseAddress database, Path steps, List<String> options) {
    Launch {
      options = List.copyOf(options);
    }
  }

  /// @param home its own folder
  ServeProcess(Path home, Launch launch) {
    this.home = home;
    this.launch = launch;
  }

  /// Starts it, and returns when it serves.
  void start() throws IOException {
    Process started = spawn();
    process = started;
    await()
        .atMost(PATIENCE)
        .failFast(() -> assertThat(started.isAlive()).as(printed()).isTrue())
        .until(() -> RunningServer.find(home).isPresent());
    address = ServerFile.read(home).orElseThrow().address();
  }

  /// Starts it where it is expected to refuse.
  ///
  /// @return what it printed until it ended
  String refusal() throws IOException, InterruptedException {
    Process started = spawn();
    process = started;
    if (!started.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("it goes on: " + printed());
    }
    return printed();
  }

  private Process spawn() throws IOException {
    Files.createDirectories(home);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
    command.addAll(List.of("-cp", services() + File.pathSeparator + classPath()));
    command.add(Main.class.getName());
    command.addAll(List.of("serve", "--home", home.toString(), "--port", "0"));
    command.addAll(List.of("--database-url", launch.database().jdbcUrl()));
    command.addAll(List.of("--database-user", launch.database().user()));
    command.addAll(launch.options());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "BACKSTITCH_DATABASE_PASSWORD",
                launch.database().password(),
                FiledWalk.FILE,
                launch.steps().toString()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    return builder.start();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /// A jar of one's own names its modules like this.
  private Path services() throws IOException {
    Path root = home.resolve("module");
    Path folder = Files.createDirectories(root.resolve("META-INF/services"));
    Files.writeString(folder.resolve(WorkflowModule.class.getName()), FiledWalk.class.getName());
    return root;
  }

  private Path log() {
    return home.resolve("printed.log");
  }

  /// What it has printed so far, in all its lives.
  String printed() throws IOException {
    return Files.readString(log());
  }

  /// Where it serves or served last; it may be stopping.
  Optional<URI> address() {
    return Optional.ofNullable(address);
  }

  /// SIGTERM, and waits for the end.
  ///
  /// @return its exit code
  int terminate() throws InterruptedException {
    Process own = process;
    if (own == null) {
      throw new IllegalStateException("it was never started");
    }
    own.destroy();
    if (!own.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("it does not stop");
    }
    return own.exitValue();
  }

  @Override
  public void close() {
    Process own = process;
    if (own != null) {
      own.destroyForcibly().onExit().join();
    }
  }
}
