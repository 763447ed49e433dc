package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.config.InboxConfig;
import dev.backstitch.orchestrator.inbox.InboxStore;
import dev.backstitch.orchestrator.inbox.WaitingMessage;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.RunStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for messages to this worker's runs, again and again, and offers them to the runs.
///
/// Owns a thread and, with hints, a connection on which they come. An idle one asks one statement
/// per interval.
final class InboxReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InboxReader.class);

  /// A message may have a megabyte, so a number of them is no bound on memory.
  private static final InboxStore.Page PAGE = new InboxStore.Page(500, 4_000_000);

  private final long workerId;
  private final InboxConfig config;
  private final Jdbi connections;
  private final RunCache cache;
  private final Thread thread;
  private @Nullable Handle open;
  private volatile boolean stopping;

  /// @param connections from which it takes one and keeps it with hints; otherwise one at a time
  InboxReader(long workerId, InboxConfig config, Jdbi connections, RunCache cache) {
    this.workerId = workerId;
    this.config = config;
    this.connections = connections;
    this.cache = cache;
    this.thread = Thread.ofVirtual().name("inbox").unstarted(this::readUntilStopped);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    stopping = true;
    if (!thread.isAlive()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void readUntilStopped() {
    while (!stopping) {
      try {
        if (config.hints()) {
          Handle handle = connected();
          readAll(handle);
          awaitHint(handle);
        } else {
          connections.useHandle(this::readAll);
          Thread.sleep(config.patience());
        }
      } catch (InterruptedException e) {
        break;
      } catch (JdbiException | SQLException e) {
        if (stopping) {
          break;
        }
        log.warn("event=inbox_delayed worker={} reason=\"{}\"", workerId, e.getMessage());
        disconnect();
        if (!pause()) {
          break;
        }
      } catch (RuntimeException | Error e) {
        // Without this thread no run would ever hear of anything again.
        log.error("event=inbox_broken worker={}", workerId, e);
        if (!pause()) {
          break;
        }
      }
    }
    disconnect();
  }

  private void readAll(Handle handle) {
    long began = System.nanoTime();
    Set<RunId> closed = new HashSet<>();
    long after = 0;
    List<WaitingMessage> page;
    do {
      page = InboxStore.read(handle, workerId, after, PAGE);
      offer(cache, page, began, closed);
      after = page.isEmpty() ? after : page.getLast().messageId();
    } while (mayGoOn(page) && !stopping);
    if (!closed.isEmpty()) {
      InboxStore.layAside(handle, workerId, closed);
    }
  }

  private static boolean mayGoOn(List<WaitingMessage> page) {
    long bytes = page.stream().mapToLong(message -> message.payload().sizeBytes()).sum();
    return page.size() >= PAGE.mostMessages() || bytes >= PAGE.mostBytes();
  }

  /// Hands what was read to the runs that are in memory. A simulation reads by other means.
  ///
  /// @param began when the reading did
  /// @param closed is told of the runs that take nothing any more
  static void offer(RunCache cache, List<WaitingMessage> page, long began, Set<RunId> closed) {
    Map<RunId, List<WaitingMessage>> byRun = new LinkedHashMap<>();
    for (WaitingMessage message : page) {
      if (message.status() == RunStatus.TERMINATED) {
        cache.find(message.runId()).ifPresent(LoadedRun::terminate);
      }
      if (message.status().isClosed()) {
        closed.add(message.runId());
      } else {
        byRun.computeIfAbsent(message.runId(), _ -> new ArrayList<>()).add(message);
      }
    }
    byRun.forEach((id, messages) -> cache.find(id).ifPresent(run -> run.offer(messages, began)));
  }

  /// Waits for a hint, or for as long as one may be missed.
  private void awaitHint(Handle handle) throws SQLException {
    handle
        .getConnection()
        .unwrap(PGConnection.class)
        .getNotifications((int) config.patience().toMillis());
  }

  private Handle connected() {
    Handle handle = open;
    if (handle == null) {
      handle = connections.open();
      open = handle;
      InboxStore.listen(handle, workerId);
    }
    return handle;
  }

  private void disconnect() {
    Handle handle = open;
    open = null;
    if (handle != null) {
      try {
        handle.close();
      } catch (JdbiException e) {
        log.debug("event=close_failed worker={}", workerId, e);
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(config.patience());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
