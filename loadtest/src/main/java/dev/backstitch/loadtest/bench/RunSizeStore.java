package dev.backstitch.loadtest.bench;

import dev.backstitch.orchestrator.run.RunId;
import org.jdbi.v3.core.Handle;

/// How large histories are.
final class RunSizeStore {
  private RunSizeStore() {}

  /// The size of one run's history.
  ///
  /// @param bytes of its events' payloads
  record RunSize(int events, long bytes) {}

  private static final String SIZE =
      """
      select count(*) as events,
             coalesce(sum(octet_length(h.payload) + coalesce(octet_length(p.content), 0)), 0) as bytes
      from backstitch.history h
      left join backstitch.payload p
        on p.run_id = h.run_id
        and p.hash = h.payload_hash
      where h.run_id = :runId
      """;

  static RunSize size(Handle handle, RunId run) {
    return handle
        .createQuery(SIZE)
        .bind("runId", run.value())
        .map((rows, _) -> new RunSize(rows.getInt("events"), rows.getLong("bytes")))
        .one();
  }
}
