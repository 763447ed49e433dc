package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/// The statements of claiming, for tests that compare the database with its simulation.
public record Claims(Jdbi jdbi) {

  public List<RunId> claim(long workerId, List<String> workflows, int limit) {
    return claim(workerId, workflows, limit, Duration.ZERO);
  }

  /// As a worker that leaves to others what has not been due for so long.
  public List<RunId> claim(long workerId, List<String> workflows, int limit, Duration patience) {
    Appetite wanted = new Appetite(Map.of("default", limit), patience);
    return ids(jdbi.inTransaction(h -> ClaimStore.claim(h, workerId, workflows, wanted)));
  }

  public List<RunId> owned(long workerId) {
    return ids(jdbi.withHandle(handle -> ClaimStore.owned(handle, workerId)));
  }

  private static List<RunId> ids(List<ClaimStore.Claim> claims) {
    return claims.stream().map(ClaimStore.Claim::runId).toList();
  }
}
