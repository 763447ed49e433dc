package dev.backstitch.api.page;

import dev.backstitch.api.timeline.Outline;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.run.RunId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The folded histories of the runs that were looked at last. A look reads only events that were
/// recorded since the one before.
///
/// Bounded twice: by how many runs are kept, and by how many events of one run are folded. What
/// lies behind the second bound is said on the page, not hidden.
///
/// Thread-safe. Lock order: an entry's lock is never taken while the map's is held.
final class Outlines {
  /// How many events of one run are folded.
  static final int MOST_EVENTS = 200_000;

  private static final int MOST_RUNS = 64;
  private static final int PAGE = 1_000;

  private final Orchestrator orchestrator;
  private final Map<RunId, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Entry {
    private final ReentrantLock lock = new ReentrantLock();
    private final Outline outline = new Outline();
  }

  Outlines(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
  }

  /// Lets `look` see the run's outline, brought up to date. The outline must not leave it.
  <T> T look(RunId id, Function<Outline, T> look) {
    Entry entry = entry(id);
    entry.lock.lock();
    try {
      readNewEvents(id, entry.outline);
      return look.apply(entry.outline);
    } finally {
      entry.lock.unlock();
    }
  }

  private void readNewEvents(RunId id, Outline outline) {
    while (!outline.isClosed() && outline.lastSeq() < MOST_EVENTS) {
      EventPage page = orchestrator.history(id, outline.lastSeq(), PAGE);
      outline.addAll(page.events());
      if (!page.more()) {
        return;
      }
    }
  }

  private Entry entry(RunId id) {
    synchronized (entries) {
      Entry entry = entries.computeIfAbsent(id, _ -> new Entry());
      if (entries.size() > MOST_RUNS) {
        // The first in this order is the one that nobody looked at for the longest time.
        entries.remove(entries.keySet().iterator().next());
      }
      return entry;
    }
  }
}
