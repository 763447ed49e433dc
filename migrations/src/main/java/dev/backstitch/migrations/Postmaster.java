package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `postmaster.pid` in a data folder says: the server's process, port and state. PostgreSQL
/// writes the file line by line, so that a reader may see only the first ones.
///
/// @param port 0 as long as it is not written
/// @param state PostgreSQL's own word: `starting`, `ready`, `stopping`, or empty
record Postmaster(Path data, long pid, int port, String state) {

  private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);
  private static final String FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;
  private static final int STATE_LINE = 7;
  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  /// Reads the file, if there is one that names a process.
  static Optional<Postmaster> of(Path data) {
    try {
      List<String> lines =
          Files.readAllLines(data.resolve(FILE), StandardCharsets.ISO_8859_1).stream()
              .map(String::strip)
              .toList();
      if (lines.isEmpty() || !isNumber(lines.getFirst())) {
        return Optional.empty();
      }
      String port = lines.size() > PORT_LINE ? lines.get(PORT_LINE) : "";
      return Optional.of(
          new Postmaster(
              data,
              Long.parseLong(lines.getFirst()),
              isNumber(port) ? Integer.parseInt(port) : 0,
              lines.size() > STATE_LINE ? lines.get(STATE_LINE) : ""));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("reading " + data.resolve(FILE), e);
    }
  }

  private static boolean isNumber(String line) {
    return line.matches("[0-9]{1,9}");
  }

  boolean isReady() {
    return state.equals("ready");
  }

  /// Ends the server that a dead owner left behind, and removes its file. The file alone proves
  /// nothing: its process may be gone, or its number may have been given to an unrelated process,
  /// in which case PostgreSQL would refuse to start. Only the owner of the home may call this: it
  /// knows that no living owner stands behind that server.
  static void removeOrphan(Path data) {
    Optional<Postmaster> found = of(data);
    if (found.isPresent() && found.get().isRunning()) {
      LOG.warn("a server without owner is stopped pid={} data={}", found.get().pid(), data);
      found.get().stop();
    }
    try {
      Files.deleteIfExists(data.resolve(FILE));
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("removing " + data.resolve(FILE), e);
    }
  }

  /// Whether the process is a PostgreSQL server that works in this data folder.
  boolean isRunning() {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return false;
    }
    String program = process.get().info().command().orElse("");
    return program.endsWith("/postgres") && worksInData(process.get());
  }

  /// A server's working directory is its data folder. Where the system does not show it, its
  /// command line names the folder.
  private boolean worksInData(ProcessHandle process) {
    Path workingDirectory = Path.of("/proc", Long.toString(pid), "cwd");
    try {
      return Files.readSymbolicLink(workingDirectory).equals(data);
    } catch (IOException e) {
      return process.info().commandLine().orElse("").contains(data.toString());
    }
  }

  private void stop() {
    if (!endsAfter("INT", FAST_STOP_LIMIT)
        && !endsAfter("QUIT", KILL_LIMIT)
        && !endsAfter("KILL", KILL_LIMIT)) {
      throw EmbeddedPostgresException.notStopped(pid, FAST_STOP_LIMIT.plus(KILL_LIMIT));
    }
  }

  private boolean endsAfter(String signal, Duration limit) {
    Command.succeeds(List.of("sh", "-c", "kill -" + signal + " " + pid));
    Instant deadline = Instant.now().plus(limit);
    while (isRunning()) {
      if (Instant.now().isAfter(deadline)) {
        return false;
      }
      Pause.of(POLL, "stopping a server without owner");
    }
    return true;
  }
}
