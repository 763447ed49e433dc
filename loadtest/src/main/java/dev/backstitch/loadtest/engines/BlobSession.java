package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Trials;
import dev.backstitch.loadtest.contest.Work;
import java.io.ByteArrayOutputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// The blob at work. Its long runs are written at their length at once: what they cost on their way
/// there would take an hour and is not asked.
final class BlobSession implements Session, Trials.Lengthening {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final PooledSession session;
  private final StepRows one = new StepRows(2);
  private final Map<Trials.Group, List<Long>> groups = new HashMap<>();

  BlobSession(PooledSession session) {
    this.session = session;
  }

  @Override
  public void perform(Work work, Latencies latencies) throws Exception {
    session.perform(work, latencies);
  }

  @Override
  public void far(List<Trials.Group> wanted, int events) throws SQLException {
    StepRows rows = new StepRows(events / 2);
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    for (int step = 0; step < rows.steps(); step++) {
      state.writeBytes(BlobEngine.lines(new byte[0], rows.flush(step)));
    }
    byte[] bytes = state.toByteArray();
    for (Trials.Group group : wanted) {
      List<Long> started = new ArrayList<>();
      for (int i = 0; i < group.runs(); i++) {
        started.add(session.commit(connection -> BaselineStore.startBlob(connection, bytes)));
      }
      groups.put(group, started);
    }
  }

  @Override
  public void near(Trials.Group group, int steps) throws Exception {
    List<Long> runs = Objects.requireNonNull(groups.get(group), "a group that was begun");
    AtomicInteger next = new AtomicInteger();
    ClosedLoop.perform(
        new Work(steps, runs.size(), runs.size(), PATIENCE),
        new Latencies(),
        () -> {
          long run = runs.get(next.getAndIncrement());
          for (int i = 0; i < steps; i++) {
            BlobEngine.step(session, run, one.flush(1), false);
          }
          return run;
        });
  }

  @Override
  public void close() {
    session.close();
  }
}
