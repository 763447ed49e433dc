package dev.backstitch.loadtest.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Engine;
import dev.backstitch.loadtest.contest.Ground;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Work;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/// db-scheduler: one-time tasks, polled by lock-and-fetch, which it recommends for throughput on
/// PostgreSQL. See <https://github.com/kagkarlsson/db-scheduler#polling-strategy>. It keeps no
/// history and no result: a task that is done is a row that is gone.
public final class DbSchedulerEngine implements Engine {
  private static final int THREADS = 50;
  private static final int CONNECTIONS = 50;
  private static final double FETCH_BELOW = 1.0;
  private static final double FETCH_UP_TO = 4.0;
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PATIENCE_SECONDS = 120;

  @Override
  public String name() {
    return "db-scheduler";
  }

  @Override
  public String settings() {
    return "db-scheduler 16.12.0, lock-and-fetch, immediate execution, %d threads, a pool of %d"
        .formatted(THREADS, CONNECTIONS);
  }

  @Override
  public Session open(Ground ground) throws SQLException {
    HikariDataSource pool = PeerPool.open(ground, CONNECTIONS);
    Jdbi.create(pool).useHandle(DbSchedulerStore::createTable);
    Map<String, CompletableFuture<ExecutionComplete>> waiting = new ConcurrentHashMap<>();
    OneTimeTask<String> task =
        Tasks.oneTime("contest", String.class).execute((instance, _) -> instance.getData());
    Scheduler scheduler =
        Scheduler.create(pool, task)
            .threads(THREADS)
            .pollUsingLockAndFetch(FETCH_BELOW, FETCH_UP_TO)
            .pollingInterval(POLL)
            .enableImmediateExecution()
            .addSchedulerListener(new Completions(waiting))
            .build();
    scheduler.start();
    return new Working(scheduler, pool, task, waiting);
  }

  /// Told when a task's row is gone.
  private static final class Completions extends AbstractSchedulerListener {
    private final Map<String, CompletableFuture<ExecutionComplete>> waiting;

    Completions(Map<String, CompletableFuture<ExecutionComplete>> waiting) {
      this.waiting = waiting;
    }

    @Override
    public void onExecutionComplete(ExecutionComplete done) {
      CompletableFuture<ExecutionComplete> client =
          waiting.remove(done.getExecution().taskInstance.getId());
      if (client != null) {
        client.complete(done);
      }
    }
  }

  private record Working(
      Scheduler scheduler,
      HikariDataSource pool,
      OneTimeTask<String> task,
      Map<String, CompletableFuture<ExecutionComplete>> waiting)
      implements Session {

    @Override
    public void perform(Work work, Latencies latencies) throws Exception {
      ClosedLoop.perform(work, latencies, this::complete);
    }

    private ExecutionComplete complete() throws Exception {
      String id = UUID.randomUUID().toString();
      CompletableFuture<ExecutionComplete> done = new CompletableFuture<>();
      waiting.put(id, done);
      scheduler.schedule(task.instance(id, PAYLOAD), Instant.now());
      ExecutionComplete complete = done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!Objects.equals(complete.getResult(), ExecutionComplete.Result.OK)) {
        throw new IllegalStateException("task " + id + " failed");
      }
      return complete;
    }

    @Override
    public void close() {
      scheduler.stop();
      pool.close();
    }
  }
}
