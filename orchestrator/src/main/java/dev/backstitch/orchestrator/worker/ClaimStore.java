package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.run.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The statements by which a worker takes runs that nobody has.
final class ClaimStore {
  private ClaimStore() {}

  /// A run that is this worker's by the database's account.
  record Claim(RunId runId, String queue) {}

  private static final String CLAIM =
      """
      select claimed_run_id as run_id, claimed_queue as queue
      from backstitch.claim_v1(
        :workerId, :workflows, :queues, :rooms, make_interval(secs => :patienceSeconds))
      """;

  /// Takes due runs of workflows that this process has; the others wait for one that has them.
  static List<Claim> claim(Handle handle, long workerId, List<String> workflows, Appetite wanted) {
    Map<String, Integer> rooms = wanted.rooms();
    List<String> queues = List.copyOf(rooms.keySet());
    return handle
        .createQuery(CLAIM)
        .bind("workerId", workerId)
        .bindArray("workflows", String.class, workflows)
        .bindArray("queues", String.class, queues)
        .bindArray("rooms", Integer.class, queues.stream().map(rooms::get).toList())
        .bind("patienceSeconds", wanted.patience().toMillis() / 1000.0)
        .map((rows, _) -> claim(rows))
        .list();
  }

  private static final String OWNED =
      """
      select run_id, queue
      from backstitch.run
      where worker_id = :workerId
      order by run_id
      """;

  /// Every run that this worker has by the database's account.
  static List<Claim> owned(Handle handle, long workerId) {
    return handle
        .createQuery(OWNED)
        .bind("workerId", workerId)
        .map((rows, _) -> claim(rows))
        .list();
  }

  private static final String OWNED_OF =
      """
      select run_id, queue
      from backstitch.run
      where worker_id = :workerId
        and run_id = any(:runIds)
      order by run_id
      """;

  /// Those of some runs that this worker has by the database's account.
  static List<Claim> ownedOf(Handle handle, long workerId, List<Claim> claims) {
    return handle
        .createQuery(OWNED_OF)
        .bind("workerId", workerId)
        .bindArray("runIds", Long.class, claims.stream().map(c -> c.runId().value()).toList())
        .map((rows, _) -> claim(rows))
        .list();
  }

  private static final String RELEASE =
      """
      update backstitch.run
      set worker_id = null,
          wake_at = clock_timestamp()
      where worker_id = :workerId
        and run_id = any(:runIds)
      """;

  /// Gives runs back that are this worker's and that it has not loaded.
  static int release(Handle handle, long workerId, List<Claim> claims) {
    return handle
        .createUpdate(RELEASE)
        .bind("workerId", workerId)
        .bindArray("runIds", Long.class, claims.stream().map(c -> c.runId().value()).toList())
        .execute();
  }

  private static Claim claim(ResultSet rows) throws SQLException {
    return new Claim(new RunId(rows.getLong("run_id")), rows.getString("queue"));
  }

  private static final String UNSTICK =
      """
      update backstitch.run
      set status = 'RUNNING',
          problem = null,
          wake_at = clock_timestamp()
      where status = 'STUCK'
        and build <> :build
        and workflow = any(:workflows)
      """;

  /// Gives stuck runs another chance with a build that has not seen them stuck.
  static int unstick(Handle handle, String build, List<String> workflows) {
    return handle
        .createUpdate(UNSTICK)
        .bind("build", build)
        .bindArray("workflows", String.class, workflows)
        .execute();
  }

  private static final String MAKE_PARTITIONS =
      """
      select backstitch.make_partitions(:weeks)
      """;

  /// Makes history partitions ahead of need; returns how many were missing.
  static int makePartitions(Handle handle, int weeks) {
    return handle.createQuery(MAKE_PARTITIONS).bind("weeks", weeks).mapTo(Integer.class).one();
  }
}
