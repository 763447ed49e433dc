package dev.backstitch.loadtest.load.stage;

import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.run.RunId;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Servers that may be dead, frozen or cut off at any moment: asks any of them again until one says
/// yes, as clients of a service that must not lose anything do. A key, a signal's id and a run's id
/// make it safe to ask again.
public final class StubbornTarget implements Target, AutoCloseable {
  private static final ServedTarget.Patience PATIENCE =
      new ServedTarget.Patience(Duration.ofSeconds(4), Duration.ofSeconds(2));
  private static final long PAUSE_MILLIS = 100;

  /// Longer than any chaos lasts after its end.
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final ServedTarget servers;

  /// @param servers where they are, at any moment
  public StubbornTarget(Supplier<List<URI>> servers) {
    this.servers = new ServedTarget(servers, PATIENCE);
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask() throws InterruptedException;
  }

  /// @param request one with a key
  @Override
  public RunId start(StartRequest request) throws InterruptedException {
    return untilYes(() -> servers.start(request));
  }

  @Override
  public void awaitCompleted(RunId run, Duration longest) throws InterruptedException {
    untilYes(() -> {
      servers.awaitCompleted(run, longest);
      return run;
    });
  }

  @Override
  public void signal(RunId run, SignalRequest signal) throws InterruptedException {
    untilYes(() -> {
      servers.signal(run, signal);
      return run;
    });
  }

  private static <T> T untilYes(Question<T> question) throws InterruptedException {
    long until = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      try {
        return question.ask();
      } catch (UncheckedIOException | RefusedException e) {
        if (System.nanoTime() >= until) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  @Override
  public void close() {
    servers.close();
  }
}
