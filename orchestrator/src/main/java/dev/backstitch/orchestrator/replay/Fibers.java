package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.workflow.RunCancelledException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The fibers of one run: first ready, first resumed, one at a time.
final class Fibers {
  private final String name;
  private final Deque<Fiber> ready = new ArrayDeque<>();
  private final Set<Fiber> alive = new LinkedHashSet<>();
  private final List<Fiber> watchers = new ArrayList<>();
  private @Nullable Fiber current;
  private @Nullable Supplier<RunCancelledException> cancellation;
  private boolean changedSinceWatched;
  private boolean halted;
  private volatile boolean forsaken;
  private boolean locked;

  Fibers(String name) {
    this.name = name;
  }

  /// Adds a line of code; it runs when its turn comes. It is shielded if the one that starts it is.
  void start(Runnable code) {
    Fiber fiber = new Fiber(name, code);
    Fiber starter = current;
    fiber.shield(starter != null && starter.isShielded());
    alive.add(fiber);
    makeReady(fiber);
  }

  /// Called by the driver after an event: runs every fiber that can run, until all of them wait or
  /// have ended. Whenever the others have come to rest, those that watch look again, since what
  /// they watch for may have come about on the way.
  void runUntilAllWait() {
    changedSinceWatched = true;
    while (!halted) {
      if (ready.isEmpty()) {
        if (!changedSinceWatched) {
          return;
        }
        changedSinceWatched = false;
        watchers.forEach(this::makeReady);
        watchers.clear();
      }
      Fiber next = ready.poll();
      if (next != null) {
        resume(next);
      }
    }
  }

  private void resume(Fiber next) {
    next.clearReady();
    current = next;
    next.resume();
    current = null;
    if (next.isFinished()) {
      alive.remove(next);
      changedSinceWatched = true;
    }
  }

  /// Called by a fiber: waits until it is made ready.
  ///
  /// @throws RunCancelledException if the run was or is cancelled and the fiber is not shielded
  void pause() {
    refuseIfCancelled();
    changedSinceWatched = true;
    current().pause();
    refuseIfCancelled();
  }

  /// Called by a fiber: waits until an event has happened or another fiber has run.
  ///
  /// @param lookedOnly whether it has done nothing since it last waited here
  /// @throws RunCancelledException if the run was or is cancelled and the fiber is not shielded
  void pauseToWatch(boolean lookedOnly) {
    refuseIfCancelled();
    if (!lookedOnly) {
      changedSinceWatched = true;
    }
    Fiber fiber = current();
    watchers.add(fiber);
    fiber.pause();
    refuseIfCancelled();
  }

  /// Called by the driver while all wait: from here on unshielded fibers can't wait, and those that
  /// do are made ready to hear of it, the oldest first.
  ///
  /// @param news makes what each of them is told
  void cancel(Supplier<RunCancelledException> news) {
    cancellation = news;
    for (Fiber fiber : alive) {
      if (!fiber.isShielded()) {
        watchers.remove(fiber);
        makeReady(fiber);
      }
    }
  }

  /// Called by a fiber that wants to begin or to wait for something.
  ///
  /// @throws RunCancelledException if the run is cancelled and the fiber is not shielded
  void refuseIfCancelled() {
    Supplier<RunCancelledException> news = cancellation;
    if (news != null && !current().isShielded()) {
      throw news.get();
    }
  }

  /// Called by a fiber: it and all others never run again.
  void haltForEver() {
    halted = true;
    current().pause();
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
      alive.stream().filter(Fiber::isCurrentThread).forEach(Fiber::refuseIfAbandoned);
      throw new IllegalStateException(
          "run "
              + name
              + " was used from outside its own code: from an activity, another thread or"
              + " another run");
    }
    if (forsaken) {
      fiber.refuseAsForsaken();
    }
    if (locked) {
      throw new IllegalStateException(
          "run " + name + " can't be used by the code that computes a recorded value");
    }
    return fiber;
  }

  /// Called by a fiber: runs code that is not run again on replay and so may not use the run.
  <T> T withoutRun(Supplier<T> code) {
    current();
    locked = true;
    try {
      return code.get();
    } finally {
      locked = false;
    }
  }

  /// Called by any thread: whatever a fiber asks of the run from here on ends it, so that code
  /// which never waits ends too, unless it never asks for anything either.
  void forsake() {
    forsaken = true;
  }

  /// Called by the driver: ends every thread.
  void abandon() {
    halted = true;
    ready.clear();
    alive.forEach(Fiber::abandon);
  }
}
