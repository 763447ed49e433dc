package dev.backstitch.activities.client;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// What is known about every quota, from the headers of every answer, good or bad. Thread-safe.
///
/// It only remembers: nothing is paced by it yet. A 401 never gets here, because it carries the
/// quota of anonymous callers.
public final class QuotaLedger {
  private final ConcurrentMap<Key, Quota> readings = new ConcurrentHashMap<>();

  private record Key(String api, String resource) {}

  /// One line for a status page.
  ///
  /// @param api the API whose quota it is
  /// @param quota what was last known
  public record Reading(String api, Quota quota) {}

  void observe(ApiUrl api, Quota quota) {
    readings.merge(new Key(api.toString(), quota.resource()), quota, Quota::mergedWith);
  }

  /// Everything known, by API and resource.
  public List<Reading> readings() {
    return readings.entrySet().stream()
        .map(entry -> new Reading(entry.getKey().api(), entry.getValue()))
        .sorted(Comparator.comparing(Reading::api).thenComparing(r -> r.quota().resource()))
        .toList();
  }
}
