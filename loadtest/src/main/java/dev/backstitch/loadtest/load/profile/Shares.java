package dev.backstitch.loadtest.load.profile;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts of what was seen. Belongs to one thread at a time.
final class Shares {
  private final Map<String, Long> counts = new HashMap<>();
  private long all;

  void add(String name, long times) {
    counts.merge(name, times, Long::sum);
    all += times;
  }

  long all() {
    return all;
  }

  /// The most frequent ones, then by name.
  List<Profile.Share> most(int limit) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
        .limit(limit)
        .map(entry ->
            new Profile.Share(entry.getKey(), entry.getValue(), (double) entry.getValue() / all))
        .toList();
  }
}
