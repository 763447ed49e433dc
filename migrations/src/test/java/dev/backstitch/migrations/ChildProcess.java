package dev.backstitch.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// An [OwnerProgram] in a Java process of its own, and the conversation with it.
final class ChildProcess implements AutoCloseable {

  /// Where the tests unpack the programs, once, until the next `mvn clean`.
  static final Path BINARIES = Path.of("target", "postgresql").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String END = "(end of output)";

  private final Process process;
  private final Writer in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  private ChildProcess(Process process) {
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::readOutput);
  }

  /// Starts a database in this home.
  static ChildProcess start(Path home) throws IOException {
    return start(List.of(), Map.of(), home);
  }

  /// The same behind a command that prepares its surroundings.
  static ChildProcess start(List<String> prefix, Map<String, String> environment, Path home)
      throws IOException {
    return start(prefix, environment, System.getProperty("java.class.path"), home, BINARIES);
  }

  /// @param prefix what stands before the command, for example to change the user
  /// @param environment variables on top of this process's
  static ChildProcess start(
      List<String> prefix,
      Map<String, String> environment,
      String classPath,
      Path home,
      Path binaries)
      throws IOException {
    var command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", classPath));
    command.add(OwnerProgram.class.getName());
    command.addAll(List.of(home.toString(), binaries.toString()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start());
  }

  private void readOutput() {
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = out.readLine()) != null) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("(output broken: " + e + ")");
    }
    lines.add(END);
  }

  void tell(String command) throws IOException {
    in.write(command + "\n");
    in.flush();
  }

  /// Tells a statement and waits for its first value.
  String sql(String statement) throws IOException, InterruptedException {
    tell("sql " + statement);
    return await("result ").substring("result ".length());
  }

  /// Waits for a line that begins so.
  String await(String beginning) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      assertThat(line)
          .as("waited for '%s', the process said:%n%s", beginning, String.join("\n", seen))
          .isNotNull()
          .isNotEqualTo(END);
      seen.add(line);
      if (line.startsWith(beginning)) {
        return line;
      }
    }
  }

  /// All lines until the process ended.
  List<String> rest() throws InterruptedException {
    var rest = new ArrayList<String>();
    String line;
    while ((line = lines.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) != null
        && !line.equals(END)) {
      rest.add(line);
    }
    return rest;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /// The kill -9 that nothing can be done about.
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws IOException {
    // The program ends with its input; where it was killed there is nobody to tell.
    if (process.isAlive()) {
      in.close();
    }
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the process did not end: " + seen);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
