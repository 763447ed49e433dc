package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunCancelledException;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.SignalChannel;
import dev.backstitch.orchestrator.workflow.UnreadableSignalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The signals of one run: those that nobody has asked for yet, and the promises of those that have
/// not come yet. Of one name there are never both.
final class SignalChannels {
  private final Fibers fibers;
  private final ValueCodec codec;
  private final Map<String, Channel<?>> asked = new LinkedHashMap<>();
  private final Map<String, Deque<Event.SignalReceived>> early = new LinkedHashMap<>();

  SignalChannels(Fibers fibers, ValueCodec codec) {
    this.fibers = fibers;
    this.codec = codec;
  }

  /// Called by the driver: a signal has come.
  void receive(Event.SignalReceived signal) {
    Channel<?> channel = asked.get(signal.name());
    if (channel == null) {
      early.computeIfAbsent(signal.name(), _ -> new ArrayDeque<>()).add(signal);
    } else {
      channel.receive(signal);
    }
  }

  /// Called by the driver: nobody waits any more for what was promised outside a shielded part.
  void cancel(Supplier<RunCancelledException> news) {
    asked.values().forEach(channel -> channel.cancel(news));
  }

  @SuppressWarnings("unchecked") // Kept under its name with the type that it was made for.
  <T> SignalChannel<T> channel(String name, Class<T> type, RunContext run) {
    fibers.current();
    Channel<?> known = asked.get(name);
    if (known == null) {
      Deque<Event.SignalReceived> before = early.remove(name);
      known = new Channel<>(name, type, run, before == null ? new ArrayDeque<>() : before);
      asked.put(name, known);
    } else if (!known.type.equals(type)) {
      throw new IllegalArgumentException(
          "signals " + name + " are read as " + known.type.getName() + ", not " + type.getName());
    }
    return (SignalChannel<T>) known;
  }

  private record Promised<T>(RunPromise<T> promise, boolean shielded) {}

  private final class Channel<T> implements SignalChannel<T> {
    private final String name;
    private final Class<T> type;
    private final RunContext run;
    private final Deque<Event.SignalReceived> waiting;
    private final Deque<Promised<T>> promised = new ArrayDeque<>();

    Channel(String name, Class<T> type, RunContext run, Deque<Event.SignalReceived> waiting) {
      this.name = name;
      this.type = type;
      this.run = run;
      this.waiting = waiting;
    }

    @Override
    public Promise<T> next() {
      boolean shielded = fibers.current().isShielded();
      RunPromise<T> promise = new RunPromise<>(fibers, "signal " + name);
      Event.SignalReceived signal = waiting.poll();
      if (signal == null) {
        fibers.refuseIfCancelled();
        promised.add(new Promised<>(promise, shielded));
      } else {
        keep(promise, signal);
      }
      return promise;
    }

    @Override
    public Optional<T> receive(Duration timeout) {
      return run.awaitUntil(() -> !waiting.isEmpty(), timeout) ? poll() : Optional.empty();
    }

    @Override
    public Optional<T> poll() {
      fibers.current();
      Event.SignalReceived signal = waiting.poll();
      return signal == null ? Optional.empty() : Optional.of(read(signal));
    }

    void receive(Event.SignalReceived signal) {
      Promised<T> first = promised.poll();
      if (first == null) {
        waiting.add(signal);
      } else {
        keep(first.promise(), signal);
      }
    }

    void cancel(Supplier<RunCancelledException> news) {
      Iterator<Promised<T>> each = promised.iterator();
      while (each.hasNext()) {
        Promised<T> next = each.next();
        if (!next.shielded()) {
          each.remove();
          next.promise().completeThrowing(news.get());
        }
      }
    }

    private void keep(RunPromise<T> promise, Event.SignalReceived signal) {
      try {
        promise.complete(new Outcome.Success<>(read(signal)));
      } catch (UnreadableSignalException e) {
        promise.completeThrowing(e);
      }
    }

    @SuppressWarnings("unchecked") // Decoded as this very type; Class.cast refuses int.class.
    private T read(Event.SignalReceived signal) {
      @Nullable Object value;
      try {
        value = codec.decode(signal.payload(), codec.type(type));
      } catch (IllegalArgumentException e) {
        throw new UnreadableSignalException(name, signal.id(), type, e);
      }
      if (value == null) {
        throw new UnreadableSignalException(
            name, signal.id(), type, new IllegalArgumentException("the payload is null"));
      }
      return (T) value;
    }
  }
}
