package dev.backstitch.loadtest.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.orchestrator.history.EventCodec;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The conductor's end of the line to an engine's process.
///
/// Belongs to the conductor's thread.
final class EngineHandle implements AutoCloseable {
  private static final ObjectMapper JSON = EventCodec.mapper();
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration END = Duration.ofSeconds(15);
  private static final int LINES_SHOWN = 15;

  private final Contender contender;
  private final Process process;
  private final Path log;
  private final Socket line;
  private final BufferedReader answers;
  private List<ProcessHandle> left = List.of();

  private EngineHandle(Contender contender, Process process, Path log, Socket line)
      throws IOException {
    this.contender = contender;
    this.process = process;
    this.log = log;
    this.line = line;
    this.answers =
        new BufferedReader(new InputStreamReader(line.getInputStream(), StandardCharsets.UTF_8));
  }

  /// Starts the process and waits until it is there.
  ///
  /// @param classPath with the engine on it
  /// @param folder for what it prints
  static EngineHandle start(Contender contender, String classPath, Path folder) {
    Path log = folder.resolve(contender.label() + ".log");
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--enable-native-access=ALL-UNNAMED");
      if (classPath.equals(System.getProperty("java.class.path"))) {
        command.addAll(startingFast());
      }
      command.addAll(List.of("-cp", classPath, EngineProcess.class.getName()));
      command.addAll(List.of(contender.label(), Integer.toString(listener.getLocalPort())));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      // Nobody waits for a process that is gone.
      CompletableFuture<Void> _ = process.onExit().thenRun(() -> hangUp(listener));
      try {
        listener.setSoTimeout(Math.toIntExact(START.toMillis()));
        Socket line = listener.accept();
        line.setTcpNoDelay(true);
        line.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return new EngineHandle(contender, process, log, line);
      } catch (IOException e) {
        process.destroyForcibly();
        throw new CommandFailedException(
            "The process of " + contender + " did not start: " + lastLines(log), e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the process of " + contender + " can't be started", e);
    }
  }

  /// As the launcher starts us: with the cache of loaded classes, which fits the same class path.
  private static List<String> startingFast() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-XX:AOTCache=") || option.equals("-Xlog:aot=off"))
        .toList();
  }

  private static void hangUp(ServerSocket listener) {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The process and, with it, everything it starts.
  long processId() {
    return process.pid();
  }

  /// Opens a session, and gives what the engine says of its settings.
  String open(Ground ground) {
    return ask(new Request.Open(ground), Answer.Opened.class).settings();
  }

  /// Lets it do such work until its compiler rests; false if that was not to be had.
  boolean warmUp(Work atMost) {
    return ask(new Request.WarmUp(atMost), Answer.WarmedUp.class).rested();
  }

  Answer.Performed perform(Work work) {
    return ask(new Request.Perform(work), Answer.Performed.class);
  }

  void begin(Trials.Crowd crowd, Duration stepTime) {
    ask(new Request.Begin(crowd, stepTime), Answer.Done.class);
  }

  void finish(Trials.Crowd crowd) {
    ask(new Request.Finish(crowd), Answer.Done.class);
  }

  void far(List<Trials.Group> groups, int events) {
    ask(new Request.Far(groups, events), Answer.Done.class);
  }

  void near(Trials.Group group, int steps) {
    ask(new Request.Near(group, steps), Answer.Done.class);
  }

  long hold(int runs) {
    return ask(new Request.Hold(runs), Answer.Held.class).heapBytes();
  }

  /// Kills the process, as `kill -9` does, and returns when it is gone. What it has started lives
  /// on until this is closed.
  void kill() {
    left = process.descendants().toList();
    process.destroyForcibly();
    process.onExit().join();
  }

  void closeSession() {
    ask(new Request.Close(), Answer.Closed.class);
  }

  private <A extends Answer> A ask(Request request, Class<A> expected) {
    try {
      byte[] text = (JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8);
      line.getOutputStream().write(text);
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("its process has ended");
      }
      return switch (JSON.readValue(answer, Answer.class)) {
        case Answer.Failed(String why) -> throw failed(why, null);
        case Answer.Opened opened -> expected.cast(opened);
        case Answer.WarmedUp warm -> expected.cast(warm);
        case Answer.Performed performed -> expected.cast(performed);
        case Answer.Held held -> expected.cast(held);
        case Answer.Done done -> expected.cast(done);
        case Answer.Closed closed -> expected.cast(closed);
      };
    } catch (IOException e) {
      throw failed(e.toString(), e);
    }
  }

  private CommandFailedException failed(String why, @Nullable Throwable cause) {
    String message = contender + " failed: " + why + System.lineSeparator() + lastLines(log);
    return cause == null
        ? new CommandFailedException(message)
        : new CommandFailedException(message, cause);
  }

  private static String lastLines(Path log) {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join(
          System.lineSeparator(), all.subList(Math.max(0, all.size() - LINES_SHOWN), all.size()));
    } catch (IOException e) {
      return "(its log can't be read: " + e + ")";
    }
  }

  /// Hangs up, which ends the process; by force if it does not end by itself.
  @Override
  public void close() {
    List<ProcessHandle> family = Stream.concat(left.stream(), process.descendants()).toList();
    try {
      line.close();
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
  }
}
