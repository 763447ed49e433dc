package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.EventCodec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The design before: nothing of a run stays in memory, so whenever one of its steps is done all
/// its events are read and replayed to find out what comes next.
///
/// Kinder than the real thing: replaying is decoding the events and counting their commands.
public final class ReplayEngine implements Engine {

  @Override
  public String name() {
    return "baseline-replay";
  }

  @Override
  public String settings() {
    return "event rows, all of a run's read and decoded at every step, one transaction per step; "
        + PooledSession.CONNECTIONS
        + " connections";
  }

  @Override
  public Session open(Ground ground) throws SQLException {
    return PooledSession.open(ground, ReplayEngine::complete);
  }

  private static void complete(PooledSession session, StepRows rows) throws SQLException {
    long run = start(session, rows);
    for (int done = 0; done < rows.steps(); done++) {
      wakeUp(session, run, rows);
    }
  }

  /// Starts a run: its first events, committed.
  static long start(PooledSession session, StepRows rows) throws SQLException {
    return session.commit(connection -> {
      long run = BaselineStore.start(connection);
      append(connection, run, rows.flush(0));
      return run;
    });
  }

  /// One step is done: finds out which one by replay, and records it and what follows.
  static void wakeUp(PooledSession session, long run, StepRows rows) throws SQLException {
    session.<Integer>commit(connection -> {
      int step = replay(BaselineStore.read(connection, run));
      append(connection, run, rows.flush(step));
      if (step == rows.steps()) {
        BaselineStore.end(connection, run);
      }
      return step;
    });
  }

  /// Which command the run waits for.
  private static int replay(List<Stored> history) {
    int ordinal = 0;
    for (Stored stored : history) {
      if (EventCodec.decode(stored.type(), stored.payload())
          instanceof Event.CommandEvent command) {
        ordinal = command.ordinal();
      }
    }
    return ordinal;
  }

  private static void append(Connection connection, long run, List<Stored> events)
      throws SQLException {
    for (Stored event : events) {
      BaselineStore.append(connection, run, event);
    }
  }
}
