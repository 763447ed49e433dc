package dev.backstitch.api.retention;

import dev.backstitch.orchestrator.StartTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes, again and again, what is not kept any longer.
///
/// Owns a thread.
public final class Retention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private static final Duration BREATH = Duration.ofMillis(50);

  /// Locks of so many rows are held at a time.
  static final int BATCH = 1_000;

  /// What is left then waits for the next round, so that no round goes on for ever.
  private static final int BATCHES_A_ROUND = 500;

  private final List<Rule> rules;
  private final Times times;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  /// What is removed.
  ///
  /// @param what its name in the log
  /// @param keep for how long it is kept
  public record Rule(String what, Duration keep, Forgetting forgetting) {}

  /// Removes what is not kept any longer, at most so many rows.
  public interface Forgetting {
    /// Removes some, and says how many.
    int forget(Duration keep, int atMost);
  }

  /// When it removes.
  ///
  /// @param first how long after the start, of which it is no part
  /// @param every how long after a round comes the next
  record Times(Duration first, Duration every) {
    static final Times USUAL = new Times(Duration.ofMinutes(1), Duration.ofHours(1));
  }

  private Retention(List<Rule> rules, Times times) {
    this.rules = List.copyOf(rules);
    this.times = times;
    this.thread = Thread.ofVirtual().name("retention").unstarted(this::removeUntilStopped);
  }

  /// Begins, some time after this returns.
  public static Retention start(List<Rule> rules) {
    return start(rules, Times.USUAL);
  }

  static Retention start(List<Rule> rules, Times times) {
    Retention retention = new Retention(rules, times);
    retention.thread.start();
    return retention;
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeUntilStopped() {
    try {
      boolean over = stopped.await(times.first().toMillis(), TimeUnit.MILLISECONDS);
      while (!over) {
        for (Rule rule : rules) {
          tryOne(rule);
        }
        over = stopped.await(times.every().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tryOne(Rule rule) throws InterruptedException {
    try {
      long removed = removeAll(rule);
      if (removed > 0) {
        LOG.info("event=forgotten what={} rows={} kept={}", rule.what(), removed, rule.keep());
      }
    } catch (JdbiException | StartTimeoutException e) {
      LOG.warn("event=retention_delayed what={} reason=\"{}\"", rule.what(), e.getMessage());
    } catch (RuntimeException e) {
      // Without this thread nothing would ever be removed again.
      LOG.error("event=retention_broken what={}", rule.what(), e);
    }
  }

  /// One batch after the other, until there is nothing more to remove.
  private long removeAll(Rule rule) throws InterruptedException {
    long removed = 0;
    for (int batches = 0; batches < BATCHES_A_ROUND; batches++) {
      int some = rule.forgetting().forget(rule.keep(), BATCH);
      removed += some;
      // What is removed may be of two kinds, so only an empty batch is the last.
      if (some == 0 || stopped.await(BREATH.toMillis(), TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return removed;
  }
}
