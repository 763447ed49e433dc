package dev.backstitch.api.run;

import dev.backstitch.api.http.ProblemException;
import dev.backstitch.api.http.QueryParameters;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.ServletOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Sends the events of a run as they are recorded, as server-sent events
/// (https://html.spec.whatwg.org/multipage/server-sent-events.html): `recorded` with the event's
/// seq as id, and in the end `closed`.
///
/// A listener is a virtual thread that blocks, in the engine for the next event or on the socket.
/// One that reads slowly slows only itself down: events are read for it page by page, none are
/// queued. There are at most `most` listeners, so that forgotten tabs can't take the server's
/// memory.
///
/// Thread-safe.
public final class EventStreams implements AutoCloseable {
  private static final int PAGE = 200;
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final byte[] COMMENT = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

  private final Orchestrator orchestrator;
  private final int most;
  private final Semaphore places;
  private final Set<Thread> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// Streams of this engine's runs, for at most so many listeners at a time.
  public EventStreams(Orchestrator orchestrator, int most) {
    this.orchestrator = orchestrator;
    this.most = most;
    this.places = new Semaphore(most);
  }

  /// Adds the number of listeners to the metrics.
  public void addTo(MeterRegistry registry) {
    Gauge.builder("backstitch.streams.listening", places, free -> most - free.availablePermits())
        .description("Listeners of event streams")
        .register(registry);
  }

  /// Sends events until the run is closed, the client is gone or the server stops.
  ///
  /// @throws ProblemException if there are too many listeners, or the request is wrong
  void serve(Context ctx, RunId id) throws IOException {
    int after = startAfter(ctx);
    if (!places.tryAcquire()) {
      throw ProblemException.tooManyStreams(most);
    }
    Thread self = Thread.currentThread();
    listeners.add(self);
    try {
      ctx.res().setContentType("text/event-stream;charset=utf-8");
      // A proxy that buffers would show everything at the end.
      ctx.res().setHeader("X-Accel-Buffering", "no");
      send(ctx.res().getOutputStream(), id, after);
    } catch (RuntimeException e) {
      // Interrupted in the middle of a read, because the server stops.
      if (!closed) {
        throw e;
      }
    } finally {
      listeners.remove(self);
      places.release();
    }
  }

  /// A browser that comes back tells in a header what it has seen; the parameter is for the first
  /// time.
  private static int startAfter(Context ctx) {
    int parameter =
        QueryParameters.of(ctx, "after").number("after", 0, Integer.MAX_VALUE).orElse(0);
    @Nullable String seen = ctx.header("Last-Event-ID");
    if (seen == null || seen.isBlank()) {
      return parameter;
    }
    try {
      return Math.max(parameter, Integer.parseInt(seen.strip()));
    } catch (NumberFormatException e) {
      throw ProblemException.invalidHeader(
          "Last-Event-ID", "'Last-Event-ID' must be the id of an event, was '" + seen + "'.");
    }
  }

  private void send(ServletOutputStream out, RunId id, int after) throws IOException {
    int seen = after;
    // Tells the client at once that it is listening.
    out.write(COMMENT);
    out.flush();
    while (!closed) {
      EventPage page = orchestrator.awaitHistory(id, seen, PAGE, HEARTBEAT);
      for (RecordedEvent recorded : page.events()) {
        out.write(frame(recorded));
      }
      seen = page.lastSeq();
      Optional<String> ending = page.events().isEmpty() ? ending(id, seen) : ending(page);
      if (ending.isPresent()) {
        out.write(closing(ending.get()));
        out.flush();
        return;
      }
      if (page.events().isEmpty()) {
        out.write(COMMENT);
      }
      out.flush();
    }
  }

  private static Optional<String> ending(EventPage page) {
    Event last = page.events().getLast().event();
    return switch (last) {
      case Event.RunCompleted _ -> Optional.of(RunStatus.COMPLETED.name());
      case Event.RunFailed _ -> Optional.of(RunStatus.FAILED.name());
      case Event.RunCancelled _ -> Optional.of(RunStatus.CANCELLED.name());
      case Event.RunTerminated _ -> Optional.of(RunStatus.TERMINATED.name());
      case Event.RunStarted _,
          Event.CommandEvent _,
          Event.OutcomeEvent _,
          Event.AttemptEvent _,
          Event.MessageEvent _ ->
          Optional.empty();
    };
  }

  /// For a client that had seen the last event already. The events are looked at after the status,
  /// because the run may have been closed since they were read.
  private Optional<String> ending(RunId id, int seen) {
    Optional<Run> run = orchestrator.describe(id);
    boolean closed = run.map(now -> now.status().isClosed()).orElse(true);
    return closed && orchestrator.history(id, seen, 1).events().isEmpty()
        ? Optional.of(run.map(now -> now.status().name()).orElse("GONE"))
        : Optional.empty();
  }

  private static byte[] frame(RecordedEvent recorded) throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(
        ("id: " + recorded.seq() + "\nevent: recorded\ndata: ").getBytes(StandardCharsets.UTF_8));
    // JSON on one line: a payload may have been recorded with line breaks, which would end the
    // field. Between tokens they mean nothing, inside of texts they are escaped.
    byte[] json = RunsApi.json(RunDocuments.EventDocument.of(recorded));
    for (byte b : json) {
      frame.write(b == '\n' || b == '\r' ? ' ' : b);
    }
    frame.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    return frame.toByteArray();
  }

  private static byte[] closing(String status) {
    return ("event: closed\ndata: {\"status\":\"" + status + "\"}\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Ends all streams; browsers will come back by themselves and go on where they were.
  @Override
  public void close() {
    closed = true;
    listeners.forEach(Thread::interrupt);
  }
}
