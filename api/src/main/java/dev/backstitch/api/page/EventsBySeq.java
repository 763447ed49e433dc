package dev.backstitch.api.page;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads single events of a run. Neighbours are read together, so that a page costs one query when
/// it is a range, and at most one per event when it is scattered over a long history.
final class EventsBySeq {
  private static final int NEAR = 20;

  private EventsBySeq() {}

  /// The events with these seqs that exist, by seq.
  static Map<Integer, RecordedEvent> read(Orchestrator orchestrator, RunId id, List<Integer> seqs) {
    var found = new TreeMap<Integer, RecordedEvent>();
    var wanted = new TreeSet<>(seqs);
    while (!wanted.isEmpty()) {
      int first = wanted.pollFirst();
      int last = first;
      while (!wanted.isEmpty() && wanted.first() - last <= NEAR) {
        last = wanted.pollFirst();
      }
      for (RecordedEvent recorded :
          orchestrator.history(id, first - 1, last - first + 1).events()) {
        found.put(recorded.seq(), recorded);
      }
    }
    found.keySet().retainAll(new TreeSet<>(seqs));
    return found;
  }
}
