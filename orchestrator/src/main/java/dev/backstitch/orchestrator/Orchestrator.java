package dev.backstitch.orchestrator;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.catalog.CatalogBuilder;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.database.PoolerProbe;
import dev.backstitch.orchestrator.database.SqlState;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.inbox.SendResult;
import dev.backstitch.orchestrator.lease.LeaseLostException;
import dev.backstitch.orchestrator.quota.QuotaState;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.worker.EngineMetrics;
import dev.backstitch.orchestrator.worker.KeyContendedException;
import dev.backstitch.orchestrator.worker.NewRun;
import dev.backstitch.orchestrator.worker.Worker;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine in one process: starts runs, runs them, and tells about them.
///
/// Several of them, in as many processes, share one database. Safe for any thread.
public final class Orchestrator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Orchestrator.class);
  private static final int START_TRIES = 5;
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final Duration REPLACEMENT_CHECK = Duration.ofMillis(20);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final OrchestratorConfig config;
  private final HikariDataSource pool;
  private final Worker.Surroundings surroundings;
  private final StartRules rules;
  private final RunReader reader;
  private final PostReader posts;
  private final RunControl control;
  private final RunWatchers watchers;
  private final Semaphore starts;
  private volatile Worker worker;
  private volatile boolean closing;

  private Orchestrator(
      OrchestratorConfig config,
      HikariDataSource pool,
      Worker.Surroundings surroundings,
      RunWatchers watchers,
      Worker worker) {
    this.config = config;
    this.pool = pool;
    this.surroundings = surroundings;
    this.rules = new StartRules(surroundings.catalog(), surroundings.codec(), config.build());
    this.reader = new RunReader(surroundings.jdbi());
    this.posts = new PostReader(surroundings.jdbi());
    this.control = new RunControl(surroundings.jdbi(), config.inbox());
    this.watchers = watchers;
    this.starts = new Semaphore(config.startsAtOnce());
    this.worker = worker;
  }

  /// Connects, registers this process as a worker, and begins to work.
  ///
  /// @param database a migrated one
  /// @throws IllegalArgumentException if a module can't be registered, or the address leads to a
  ///   pooler that gives no sessions
  /// @throws JdbiException if the database can't be reached
  public static Orchestrator open(
      OrchestratorConfig config,
      DatabaseAddress database,
      Collection<? extends WorkflowModule> modules,
      Settings settings) {
    ValueCodec codec = new ValueCodec();
    Catalog catalog = CatalogBuilder.build(modules, settings, codec);
    RunWatchers watchers = new RunWatchers();
    requireSessions(database);
    HikariDataSource pool = pool(database, config.readConnections());
    try {
      Worker.Surroundings surroundings =
          new Worker.Surroundings(database, Jdbi.create(pool), catalog, codec, watchers);
      Worker worker = Worker.register(config, surroundings);
      Orchestrator orchestrator = new Orchestrator(config, pool, surroundings, watchers, worker);
      orchestrator.begin(worker);
      return orchestrator;
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /// Starts a run. When this returns, the run is durable: whatever happens, it will be run.
  ///
  /// @throws InvalidRequestException if the request can't be served as it stands
  /// @throws OverloadedException if too many starts are in progress; nothing was written
  /// @throws StartTimeoutException if the database could not be written in time; the run may or may
  ///   not have been started, so ask again with the same key
  public StartResult start(StartRequest request) {
    NewRun run = rules.checked(request);
    if (!starts.tryAcquire()) {
      throw new OverloadedException(config.startsAtOnce());
    }
    try {
      return start(run);
    } finally {
      starts.release();
    }
  }

  /// Does something in one transaction on this engine's database, with runs that are started in it:
  /// they are there if it commits, and were never there if it does not. It must be short, because
  /// until it ends nobody can take this worker over.
  ///
  /// @throws StartTimeoutException if others have taken this worker over; nothing was written
  /// @throws JdbiException if the database does not answer
  public <T> T inTransaction(Function<RunTransaction, T> work) {
    Worker writer = worker;
    RunTransaction.Starts starts = new RunTransaction.Starts(writer, rules::checked);
    try {
      T result = surroundings.jdbi().inTransaction(handle -> work.apply(starts.in(handle)));
      if (starts.any()) {
        writer.lookNow();
      }
      return result;
    } catch (JdbiException e) {
      if (e.getCause() instanceof SQLException sql && SqlState.of(sql) == SqlState.FENCED) {
        throw new StartTimeoutException("the worker is being replaced", e);
      }
      throw e;
    }
  }

  private StartResult start(NewRun run) {
    long until = System.nanoTime() + START_PATIENCE.toNanos();
    try {
      for (int tries = 0; tries < START_TRIES; tries++) {
        Optional<StartResult> result = startUnlessContended(run, until);
        if (result.isPresent()) {
          return result.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartTimeoutException("interrupted", e);
    }
    throw new StartTimeoutException("the key changes hands too often", null);
  }

  /// Empty if the key was lost to a run that has closed since.
  private Optional<StartResult> startUnlessContended(NewRun run, long until)
      throws InterruptedException {
    while (true) {
      try {
        long patience = Math.max(0, until - System.nanoTime());
        return Optional.of(worker.start(run).get(patience, TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        throw new StartTimeoutException(unreadyReason().orElse("no answer"), e);
      } catch (ExecutionException e) {
        switch (Objects.requireNonNull(e.getCause())) {
          case KeyContendedException _ -> {
            return Optional.empty();
          }
          case LeaseLostException lost -> {
            if (landed(lost.runId())) {
              return Optional.of(new StartResult.Started(lost.runId()));
            }
            awaitReplacement(until, lost);
          }
          case RuntimeException other -> throw other;
          case Throwable other -> throw new IllegalStateException(other);
        }
      }
    }
  }

  /// Whether a start that was not acknowledged was committed. The worker has lost its fence by now,
  /// so what is not there will never be: starting again can't make two.
  private boolean landed(RunId id) {
    try {
      return describe(id).isPresent();
    } catch (JdbiException e) {
      throw new StartTimeoutException("the database does not answer", e);
    }
  }

  private void awaitReplacement(long until, LeaseLostException lost) throws InterruptedException {
    if (closing) {
      throw new StartTimeoutException("stopping", lost);
    }
    if (System.nanoTime() >= until) {
      throw new StartTimeoutException("the worker is being replaced", lost);
    }
    Thread.sleep(REPLACEMENT_CHECK);
  }

  /// Sends a signal to a run, whichever worker has it. As [RunControl#signal].
  public SendResult signal(RunId id, SignalRequest signal) {
    return control.signal(id, signal);
  }

  /// Asks a run to end, and lets it clean up. As [RunControl#cancel].
  public SendResult cancel(RunId id, String actor, String reason) {
    return control.cancel(id, actor, reason);
  }

  /// Ends a run, whatever it does. As [RunControl#terminate].
  public TerminateResult terminate(RunId id, String actor, String reason) {
    TerminateResult result = control.terminate(id, actor, reason);
    watchers.left(id);
    return result;
  }

  /// One run, if there is one with that id.
  public Optional<Run> describe(RunId id) {
    return reader.describe(id);
  }

  /// A page of runs, newest first.
  public List<Run> list(RunFilter filter) {
    return reader.list(filter);
  }

  /// Events of a run, in order. Empty if there is no such run.
  ///
  /// @param afterSeq only events behind this one; 0 for the beginning
  /// @param limit 1 to 10,000
  public EventPage history(RunId id, int afterSeq, int limit) {
    return reader.history(id, afterSeq, limit);
  }

  /// As [#history], but waits for the next event if there is none yet. Returns at once when the run
  /// is closed or unknown.
  ///
  /// @param patience how long to wait at the most
  public EventPage awaitHistory(RunId id, int afterSeq, int limit, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      try (RunWatchers.Watch watch = watchers.watch(id)) {
        EventPage page = history(id, afterSeq, limit);
        if (!page.events().isEmpty() || isOver(id) || System.nanoTime() >= until) {
          return page.events().isEmpty() ? history(id, afterSeq, limit) : page;
        }
        watch.await(remaining(id, until));
      }
    }
  }

  /// How a run stands or ended. Empty if there is none with that id.
  ///
  /// @param patience how long to wait for its end at the most
  /// @throws JdbiException if the database does not answer when that is over
  public Optional<RunResult> result(RunId id, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      try (RunWatchers.Watch watch = watchers.watchEnd(id)) {
        // One that is in memory here is not over, and nobody need ask the database how it ended.
        boolean here = worker.has(id);
        if (here) {
          watch.await(remaining(id, until));
        }
        boolean last = System.nanoTime() >= until;
        try {
          Optional<RunResult> result =
              watch
                  .closing()
                  .map(closing -> RunReader.closedResult(id, closing))
                  .or(() -> reader.result(id));
          boolean open = result.isPresent() && result.get() instanceof RunResult.Open;
          if (!open || last) {
            return result;
          }
        } catch (JdbiException e) {
          // Away for a moment, perhaps: who waits for a run waits for the database as well.
          if (last || Thread.currentThread().isInterrupted()) {
            throw e;
          }
          log.debug("event=result_delayed run={}", id, e);
        }
        if (!here) {
          watch.await(remaining(id, until));
        }
      }
    }
  }

  /// What became of posts.
  public PostReader posts() {
    return posts;
  }

  /// The names of the registered workflows, sorted.
  public List<String> workflows() {
    return surroundings.catalog().workflowNames();
  }

  /// Empty when this process can do its work, otherwise why not.
  public Optional<String> unreadyReason() {
    if (closing) {
      return Optional.of("stopping");
    }
    Optional<String> trouble = worker.trouble();
    if (trouble.isPresent()) {
      return trouble;
    }
    try {
      reader.list(RunFilter.newest(1));
      return Optional.empty();
    } catch (JdbiException e) {
      return Optional.of("the database does not answer: " + e.getMessage());
    }
  }

  /// What is known of every quota that calls have used, by owner and resource.
  public List<QuotaState> quotas() {
    return reader.quotas();
  }

  /// Counters since the worker started, and gauges of this moment.
  public EngineMetrics metrics() {
    return worker.metrics();
  }

  /// Stops in good order: lets activities end within the configured bound, parks every run, ends
  /// the registration. Runs go on when a worker comes back, or on another one at once.
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    worker.close();
    pool.close();
  }

  /// Others took over: begin anew under a new id, for as long as it takes to reach the database.
  private void replace(Worker ended) {
    Thread.ofVirtual()
        .name("replace-worker")
        .start(() -> {
          ended.close();
          while (!replaced()) {
            try {
              Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
              return;
            }
          }
        });
  }

  private synchronized boolean replaced() {
    if (closing) {
      return true;
    }
    try {
      Worker fresh = Worker.register(config, surroundings);
      begin(fresh);
      worker = fresh;
      return true;
    } catch (RuntimeException e) {
      // Whatever it is: without another try this process would run nothing for ever.
      log.warn("event=worker_not_replaced reason=\"{}\"", e.getMessage());
      return false;
    }
  }

  /// A worker that could not begin would go on renewing the lease of runs that it does not run.
  private void begin(Worker fresh) {
    try {
      fresh.start(() -> replace(fresh));
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  private boolean isOver(RunId id) {
    return describe(id).map(run -> run.status().isClosed()).orElse(true);
  }

  private Duration remaining(RunId id, long untilNanos) {
    Duration left = Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
    // What other workers write gives no sign here, so look again now and then.
    Duration longest = worker.has(id) ? LOOK_AGAIN.multipliedBy(10) : LOOK_AGAIN;
    return left.compareTo(longest) < 0 ? left : longest;
  }

  private static void requireSessions(DatabaseAddress database) {
    try {
      PoolerProbe.requireSessions(database);
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }

  private static HikariDataSource pool(DatabaseAddress database, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("reads");
    config.setJdbcUrl(database.poolJdbcUrl().orElse(database.jdbcUrl()));
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    if (database.poolJdbcUrl().isPresent()) {
      // No session, so nothing that lives in one: the pooler itself bounds idle transactions.
      config.addDataSourceProperty("prepareThreshold", "0");
    } else {
      // A process that freezes while it claims or takes over must not hold its locks for ever.
      config.setConnectionInitSql("set idle_in_transaction_session_timeout = '10s'");
    }
    config.addDataSourceProperty("ApplicationName", "backstitch reads");
    config.addDataSourceProperty("socketTimeout", "60");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return new HikariDataSource(config);
  }
}
