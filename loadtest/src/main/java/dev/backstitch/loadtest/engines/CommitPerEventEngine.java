package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Session;
import java.sql.SQLException;

/// The design without batches: every event is a row and a commit of its own, though the run stays
/// in memory.
public final class CommitPerEventEngine implements Engine {

  @Override
  public String name() {
    return "baseline-commit-per-event";
  }

  @Override
  public String settings() {
    return "event rows, a transaction for each; " + PooledSession.CONNECTIONS + " connections";
  }

  @Override
  public Session open(Ground ground) throws SQLException {
    return PooledSession.open(ground, CommitPerEventEngine::complete);
  }

  private static void complete(PooledSession session, StepRows rows) throws SQLException {
    long run = session.commit(BaselineStore::start);
    for (int step = 0; step <= rows.steps(); step++) {
      for (Stored event : rows.flush(step)) {
        session.<Integer>commit(connection -> {
          BaselineStore.append(connection, run, event);
          return 0;
        });
      }
    }
    session.<Integer>commit(connection -> {
      BaselineStore.end(connection, run);
      return 0;
    });
  }
}
