package dev.backstitch.loadtest.load.profile;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// Looks at the database's sessions twenty times a second, through one connection, until it is
/// stopped.
final class WaitSampler {
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final int MOST = 20;

  private final Jdbi database;
  private final Thread thread;
  private final Shares shares = new Shares();
  private volatile boolean stopped;

  private WaitSampler(DataSource database) {
    this.database = Jdbi.create(database);
    this.thread = Thread.ofVirtual().name("wait-sampler").unstarted(this::run);
  }

  static WaitSampler start(DataSource database) {
    WaitSampler sampler = new WaitSampler(database);
    sampler.thread.start();
    return sampler;
  }

  private void run() {
    try (Handle handle = database.open()) {
      while (!stopped) {
        WaitStore.active(handle).forEach(shares::add);
        LockSupport.parkNanos(INTERVAL.toNanos());
      }
    }
  }

  /// What was seen. Only after [#stop].
  List<Profile.Share> seen() {
    return shares.most(MOST);
  }

  void stop() throws InterruptedException {
    stopped = true;
    LockSupport.unpark(thread);
    thread.join();
  }
}
