package dev.backstitch.loadtest.chaos;

import dev.backstitch.loadtest.network.PostgresProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A place in which one worker process after the other lives, each behind the same proxy.
///
/// [#address] is safe for any thread, everything else belongs to the thread of the faults.
final class WorkerSlot implements AutoCloseable {
  private final int index;
  private final Path folder;
  private final PostgresProxy proxy;
  private final Launch launch;
  private int number;
  private @Nullable Process process;
  private volatile @Nullable Path home;
  private boolean frozen;

  /// How a worker process is started.
  ///
  /// @param main what it runs, a [ChaosWorker] or something that takes the same arguments
  /// @param classPath of this build or another one
  /// @param leaseMillis the lease of its worker
  /// @param environment set on top of ours
  record Launch(
      Class<?> main,
      String classPath,
      String databaseName,
      String user,
      String password,
      int witnessPort,
      long leaseMillis,
      Map<String, String> environment) {

    Launch {
      environment = Map.copyOf(environment);
    }
  }

  WorkerSlot(int index, Path folder, PostgresProxy proxy, Launch launch) {
    this.index = index;
    this.folder = folder;
    this.proxy = proxy;
    this.launch = launch;
  }

  int index() {
    return index;
  }

  PostgresProxy proxy() {
    return proxy;
  }

  /// Starts the next process.
  void start() {
    number++;
    frozen = false;
    String name = "worker-" + index + "." + number;
    Path own = folder.resolve(name);
    try {
      Files.createDirectories(own);
      ProcessBuilder builder =
          JavaProcess.of(
              launch.classPath(),
              launch.main(),
              List.of("-Xmx768m"),
              List.of(
                  "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + launch.databaseName(),
                  launch.user(),
                  Integer.toString(launch.witnessPort()),
                  name,
                  own.toString(),
                  Long.toString(launch.leaseMillis())));
      builder.environment().putAll(launch.environment());
      builder.environment().put(ChaosWorker.PASSWORD, launch.password());
      builder.redirectErrorStream(true);
      builder.redirectOutput(folder.resolve(name + ".log").toFile());
      process = builder.start();
      home = own;
    } catch (IOException e) {
      throw new UncheckedIOException("a worker process can't be started", e);
    }
  }

  /// Where its server listens, once it does. It may be dead or frozen meanwhile.
  Optional<URI> address() {
    Path own = home;
    if (own == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(URI.create(Files.readString(own.resolve("address"))));
    } catch (IOException e) {
      // Not there yet.
      return Optional.empty();
    }
  }

  /// The process's id, if one lives.
  Optional<Long> pid() {
    return Optional.ofNullable(process).filter(Process::isAlive).map(Process::pid);
  }

  boolean isAlive() {
    return pid().isPresent();
  }

  boolean isFrozen() {
    return frozen;
  }

  /// `kill -9`.
  void kill() {
    Process own = process;
    process = null;
    home = null;
    frozen = false;
    if (own != null) {
      own.destroyForcibly();
      try {
        own.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// SIGSTOP.
  void freeze() {
    signal("-STOP");
    frozen = true;
  }

  /// SIGCONT.
  void thaw() {
    signal("-CONT");
    frozen = false;
  }

  private void signal(String signal) {
    pid().ifPresent(pid -> JavaProcess.run(List.of("kill", signal, Long.toString(pid))));
  }

  /// Ends the process in good order, by the end of its input. Kills it if it does not end.
  ///
  /// @return whether it ended by itself
  boolean stop(Duration patience) {
    Process own = process;
    if (own == null || !own.isAlive()) {
      return true;
    }
    boolean ended = false;
    try {
      own.getOutputStream().close();
      ended = own.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException("a worker process can't be told to stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
    return ended;
  }

  @Override
  public void close() {
    kill();
    proxy.close();
  }
}
