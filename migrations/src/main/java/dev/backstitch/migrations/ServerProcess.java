package dev.backstitch.migrations;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A PostgreSQL server under its watchdog.
///
/// The watchdog (`watchdog.sh`) is the server's parent. It reads a pipe from this process; when the
/// pipe closes, because [#stop()] closed it or because this process died in whatever way, it stops
/// the server. There is one mechanism for both, so the one for the emergency is in daily use.
///
/// Both live in a session of their own, so that Ctrl-C in a terminal and the death of the launching
/// shell do not reach them: the server has to outlive the code that still writes to it.
final class ServerProcess {

  private static final Duration POLL = Duration.ofMillis(5);

  /// Longer than the watchdog takes until it goes over to an immediate stop.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);

  private static final long LOG_ROTATED_ABOVE_BYTES = 10L << 20;
  private static final int TAIL_LINES = 25;
  private static final int TAIL_BYTES = 16_384;
  private static final String STARTING = "starting PostgreSQL";

  private final HomeFolder home;
  private final Process watchdog;
  private final int port;
  private final long logStart;

  private ServerProcess(HomeFolder home, Process watchdog, int port, long logStart) {
    this.home = home;
    this.watchdog = watchdog;
    this.port = port;
    this.logStart = logStart;
  }

  /// Starts the server and its watchdog; does not wait for it.
  static ServerProcess spawn(HomeFolder home, List<String> serverCommand, int port) {
    Path log = home.log();
    try {
      long logStart = rotate(log);
      var command = new ArrayList<String>(ownSession());
      command.addAll(List.of("sh", "-c", script(), "backstitch-watchdog"));
      command.addAll(serverCommand);
      ProcessBuilder builder = new ProcessBuilder(command);
      Command.clean(builder.environment());
      builder.directory(home.path().toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return new ServerProcess(home, builder.start(), port, logStart);
    } catch (IOException e) {
      DiskSpace.of(home.path()).blameIfFull(STARTING, e);
      throw EmbeddedPostgresException.systemRefused(STARTING, e);
    }
  }

  /// `setsid` is on every Linux. macOS has none, but has perl.
  private static List<String> ownSession() {
    for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      if (Files.isExecutable(Path.of(folder, "setsid"))) {
        return List.of(folder + "/setsid");
      }
    }
    if (Files.isExecutable(Path.of("/usr/bin/perl"))) {
      return List.of("/usr/bin/perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or exit 127");
    }
    return List.of();
  }

  private static String script() throws IOException {
    try (InputStream in = ServerProcess.class.getResourceAsStream("watchdog.sh")) {
      if (in == null) {
        throw new IOException("watchdog.sh is not in the application");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// @return where the log of this start begins
  private static long rotate(Path log) throws IOException {
    long size = Files.exists(log) ? Files.size(log) : 0;
    if (size <= LOG_ROTATED_ABOVE_BYTES) {
      return size;
    }
    Files.move(
        log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    return 0;
  }

  /// Waits until the server accepts connections.
  ///
  /// @return whether it does; false when it ended instead
  boolean awaitReady(Duration limit) {
    Instant deadline = Instant.now().plus(limit);
    try {
      while (watchdog.isAlive()) {
        if (Postmaster.of(home.data()).filter(this::isOurs).isPresent()) {
          return true;
        }
        if (Instant.now().isAfter(deadline)) {
          throw EmbeddedPostgresException.notReadyInTime(limit, home.log(), logTail());
        }
        Pause.of(POLL, STARTING);
      }
      return false;
    } catch (EmbeddedPostgresException e) {
      stopAfter(e);
      throw e;
    }
  }

  private boolean isOurs(Postmaster postmaster) {
    return postmaster.isReady() && postmaster.port() == port;
  }

  /// Stops the server because of a failure, which has to be thrown afterwards.
  void stopAfter(EmbeddedPostgresException failure) {
    boolean interrupted = Thread.interrupted();
    try {
      stop();
    } catch (EmbeddedPostgresException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  int port() {
    return port;
  }

  /// The exit code of a server that ended.
  int exitCode() {
    return watchdog.exitValue();
  }

  /// Waits until the server has ended, for whatever reason.
  void awaitEnd() throws InterruptedException {
    watchdog.waitFor();
  }

  /// Ends all sessions, writes everything to disk and stops. Returns when the server is gone.
  void stop() {
    try {
      // Closing also flushes; the watchdog may be gone, which is what is wanted.
      watchdog.getOutputStream().close();
    } catch (IOException e) {
      if (watchdog.isAlive()) {
        throw EmbeddedPostgresException.systemRefused("telling PostgreSQL to stop", e);
      }
    }
    try {
      if (!watchdog.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw EmbeddedPostgresException.notStopped(watchdog.pid(), STOP_LIMIT);
      }
    } catch (InterruptedException e) {
      // The pipe is closed: the watchdog completes the stop without us.
      Thread.currentThread().interrupt();
      throw EmbeddedPostgresException.interrupted("waiting for PostgreSQL to stop");
    }
  }

  /// What the server logged last since this start.
  String logTail() {
    try (var log = new RandomAccessFile(home.log().toFile(), "r")) {
      long from = Math.max(logStart, log.length() - TAIL_BYTES);
      byte[] bytes = new byte[Math.toIntExact(log.length() - from)];
      log.seek(from);
      log.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(the log could not be read: " + e + ")";
    }
  }
}
