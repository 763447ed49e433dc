package dev.backstitch.orchestrator.quota;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How urgent a use of quota is. In JSON `live` and `bulk`.
public enum Lane {
  /// Somebody waits for it. It never waits for bulk.
  @JsonProperty("live")
  LIVE,
  /// It can wait: it leaves a reserve to live work, and spreads itself over the time to the reset.
  @JsonProperty("bulk")
  BULK
}
