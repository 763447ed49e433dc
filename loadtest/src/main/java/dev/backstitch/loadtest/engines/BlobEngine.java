package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Session;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/// The design before: a run's history is one growing value, read and rewritten at every step.
///
/// Kinder than the real thing: it appends lines and parses nothing of what it reads.
public final class BlobEngine implements Engine {

  @Override
  public String name() {
    return "baseline-blob";
  }

  @Override
  public String settings() {
    return "one value per run, read, appended to and rewritten in one transaction per step; "
        + PooledSession.CONNECTIONS
        + " connections";
  }

  @Override
  public Session open(Ground ground) throws SQLException {
    return new BlobSession(PooledSession.open(ground, BlobEngine::complete));
  }

  private static void complete(PooledSession session, StepRows rows) throws SQLException {
    long run =
        session.commit(
            connection -> BaselineStore.startBlob(connection, lines(new byte[0], rows.flush(0))));
    for (int step = 1; step <= rows.steps(); step++) {
      step(session, run, rows.flush(step), step == rows.steps());
    }
  }

  /// One step is done: all that is known is read, and rewritten with what is new.
  static void step(PooledSession session, long run, List<Stored> news, boolean ended)
      throws SQLException {
    session.<Integer>commit(connection -> {
      byte[] state = BaselineStore.readBlob(connection, run);
      BaselineStore.writeBlob(connection, run, lines(state, news), ended);
      return 0;
    });
  }

  /// The state with these events behind it, each a line.
  static byte[] lines(byte[] state, List<Stored> events) {
    byte[] longer = state;
    for (Stored event : events) {
      byte[] head = (event.type() + " ").getBytes(StandardCharsets.UTF_8);
      byte[] payload = event.payload().utf8();
      int from = longer.length;
      longer = Arrays.copyOf(longer, from + head.length + payload.length + 1);
      System.arraycopy(head, 0, longer, from, head.length);
      System.arraycopy(payload, 0, longer, from + head.length, payload.length);
      longer[longer.length - 1] = '\n';
    }
    return longer;
  }
}
