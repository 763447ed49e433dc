package dev.backstitch.loadtest.contest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.loadtest.meter.Heap;
import dev.backstitch.orchestrator.history.EventCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process of one engine: does what its conductor asks, one thing after the other, and ends
/// when the conductor's line does.
public final class EngineProcess {
  private static final Logger log = LoggerFactory.getLogger(EngineProcess.class);
  private static final ObjectMapper JSON = EventCodec.mapper();

  private final Engine engine;
  private @Nullable Session session;

  private EngineProcess(Engine engine) {
    this.engine = engine;
  }

  /// Serves until the conductor hangs up.
  ///
  /// @param arguments the engine's name, and the loopback port on which the conductor listens
  public static void main(String[] arguments) {
    EngineProcess process = new EngineProcess(engine(arguments[0]));
    int exitCode = process.serve(Integer.parseInt(arguments[1]));
    // A peer's threads need not be daemons.
    Runtime.getRuntime().exit(exitCode);
  }

  private int serve(int port) {
    try (Socket line = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader requests =
            new BufferedReader(
                new InputStreamReader(line.getInputStream(), StandardCharsets.UTF_8))) {
      String request = requests.readLine();
      while (request != null) {
        Answer answer = answer(JSON.readValue(request, Request.class));
        byte[] text = (JSON.writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8);
        line.getOutputStream().write(text);
        request = requests.readLine();
      }
      return 0;
    } catch (IOException e) {
      log.error("event=conductor_gone engine={}", engine.name(), e);
      return 1;
    } finally {
      close();
    }
  }

  private static Engine engine(String name) {
    return ServiceLoader.load(Engine.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no engine " + name));
  }

  /// An engine may throw what it likes: the conductor is told, and decides.
  private Answer answer(Request request) {
    try {
      return switch (request) {
        case Request.Open(Ground ground) -> {
          session = engine.open(ground);
          yield new Answer.Opened(engine.settings());
        }
        case Request.WarmUp(Work atMost) -> new Answer.WarmedUp(WarmUp.perform(open(), atMost));
        case Request.Perform(Work work) -> perform(work);
        case Request.Begin(Trials.Crowd crowd, Duration stepTime) -> {
          trial(Trials.Recoverable.class).begin(crowd, stepTime);
          yield new Answer.Done();
        }
        case Request.Finish(Trials.Crowd crowd) -> {
          trial(Trials.Recoverable.class).finish(crowd);
          yield new Answer.Done();
        }
        case Request.Far(List<Trials.Group> groups, int events) -> {
          trial(Trials.Lengthening.class).far(groups, events);
          yield new Answer.Done();
        }
        case Request.Near(Trials.Group group, int steps) -> {
          trial(Trials.Lengthening.class).near(group, steps);
          yield new Answer.Done();
        }
        case Request.Hold(int runs) -> hold(runs);
        case Request.Close _ -> {
          close();
          yield new Answer.Closed();
        }
      };
    } catch (Exception e) {
      log.error("event=engine_failed engine={}", engine.name(), e);
      return new Answer.Failed(e.toString());
    }
  }

  private Answer perform(Work work) throws Exception {
    Latencies latencies = new Latencies();
    long began = System.nanoTime();
    open().perform(work, latencies);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return new Answer.Performed(
        latencies.count(), took, latencies.millis(0.5), latencies.millis(0.99));
  }

  private Answer hold(int runs) throws Exception {
    long before = Heap.usedBytesAfterCollection();
    trial(Trials.Patient.class).hold(runs);
    return new Answer.Held(Heap.usedBytesAfterCollection() - before);
  }

  private <T> T trial(Class<T> kind) {
    return kind.cast(open());
  }

  private Session open() {
    Session open = session;
    if (open == null) {
      throw new IllegalStateException("no session is open");
    }
    return open;
  }

  private void close() {
    Session open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }
}
