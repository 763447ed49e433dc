package dev.backstitch.orchestrator.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fibers of one run: first ready, first resumed, one at a time.
final class Fibers {
  private final String name;
  private final Deque<Fiber> ready = new ArrayDeque<>();
  private final List<Fiber> alive = new ArrayList<>();
  private final List<Fiber> watchers = new ArrayList<>();
  private @Nullable Fiber current;
  private boolean halted;

  Fibers(String name) {
    this.name = name;
  }

  /// Adds a line of code; it runs when its turn comes.
  void start(Runnable code) {
    Fiber fiber = new Fiber(name, code);
    alive.add(fiber);
    makeReady(fiber);
  }

  /// Called by the driver: runs every fiber that can run, until all of them wait or have ended.
  void runUntilAllWait() {
    while (!halted) {
      Fiber next = ready.poll();
      if (next == null) {
        return;
      }
      next.clearReady();
      current = next;
      next.resume();
      current = null;
      if (next.isFinished()) {
        alive.remove(next);
      }
    }
  }

  /// Called by a fiber: waits until it is made ready.
  void pause() {
    current().pause();
  }

  /// Called by a fiber: waits for the next event, whichever it is.
  void pauseUntilAnyEvent() {
    Fiber fiber = current();
    watchers.add(fiber);
    fiber.pause();
  }

  /// Called by a fiber: it and all others never run again.
  void haltForEver() {
    halted = true;
    pause();
  }

  /// Called by the driver behind every event.
  void wakeWatchers() {
    watchers.forEach(this::makeReady);
    watchers.clear();
  }

  void makeReady(Fiber fiber) {
    if (fiber.markReady()) {
      ready.add(fiber);
    }
  }

  /// The fiber that calls.
  ///
  /// @throws IllegalStateException if the caller is none of this run's
  Fiber current() {
    Fiber fiber = current;
    if (fiber == null || !fiber.isCurrentThread()) {
      if (alive.stream().anyMatch(f -> f.isCurrentThread() && f.isAbandoned())) {
        throw new FiberAbandonedError();
      }
      throw new IllegalStateException(
          "run "
              + name
              + " was used from outside its own code: from an activity, another thread or"
              + " another run");
    }
    return fiber;
  }

  /// Called by the driver: ends every thread.
  void abandon() {
    halted = true;
    ready.clear();
    alive.forEach(Fiber::abandon);
  }
}
