package dev.backstitch.orchestrator.outbox;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.quota.QuotaGate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for posts that are due, again and again, and has them delivered, some targets at a time.
///
/// Owns a thread that looks, and one per delivery. A worker without targets owns none. Safe for any
/// thread.
public final class Deliverer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Deliverer.class);

  /// How soon it looks behind a hint for the first time; then after twice that, and so on. The
  /// checkpoint that the hint is about may still be on its way.
  private static final Duration SOON = Duration.ofMillis(10);

  /// For how long it waits for a free place before it sees whether it should stop.
  private static final Duration BUSY = Duration.ofMillis(100);

  private static final Duration LAST_LOOK = Duration.ofSeconds(5);

  private final OutboxConfig config;
  private final Courier courier;
  private final TimeLimit timeLimit;
  private final boolean hasTargets;
  private final Semaphore inFlight;
  private final Semaphore hints = new Semaphore(0);
  private final ExecutorService couriers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("courier-", 0).factory());
  private final Thread looking =
      Thread.ofVirtual().name("outbox").unstarted(this::lookUntilStopped);
  private volatile boolean declaresFinals;
  private volatile boolean stopping;

  /// What a delivery has to pass.
  ///
  /// @param isCurrent whether the worker can still count on its lease
  /// @param quota gives permits
  /// @param databaseClock by which the gate says how long to wait
  public record Gates(BooleanSupplier isCurrent, QuotaGate quota, InstantSource databaseClock) {}

  /// A deliverer that has not begun to look.
  public Deliverer(OutboxConfig config, Jdbi jdbi, Catalog catalog, long workerId, Gates gates) {
    this.config = config;
    this.timeLimit = new TimeLimit(config.delivery());
    List<String> kinds = catalog.targetKinds();
    this.hasTargets = !kinds.isEmpty();
    this.inFlight = new Semaphore(config.inFlight());
    this.courier =
        new Courier(
            new OutboxStore(jdbi),
            kinds,
            kind -> timeLimit.on(catalog.target(kind).orElseThrow()),
            new Courier.Bearings(
                workerId, gates, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble()),
            config);
  }

  /// Begins to look.
  public void start() {
    if (hasTargets) {
      looking.start();
    }
  }

  /// These events are about to be durable: if they post something, it looks soon. A hint, nothing
  /// is lost without it.
  public void heed(List<RecordedEvent> events) {
    if (!hasTargets) {
      return;
    }
    for (RecordedEvent recorded : events) {
      Event event = recorded.event();
      declaresFinals |= event instanceof Event.FinalPostDeclared;
      if (event instanceof Event.PostRecorded || (declaresFinals && event.isClosing())) {
        hint();
        return;
      }
    }
  }

  private void hint() {
    // One is enough, and a lost race makes it two.
    if (hints.availablePermits() == 0) {
      hints.release();
    }
  }

  /// Takes nothing more, and lets what is on its way end; what takes longer than that is given up,
  /// and settled by whoever has the target next.
  ///
  /// @param patience for what is on its way
  public void close(Duration patience) {
    if (stopping) {
      return;
    }
    stopping = true;
    hint();
    try {
      // What it takes at this moment is still handed over.
      if (looking.isAlive()) {
        looking.join(LAST_LOOK);
      }
      couriers.shutdown();
      if (!couriers.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        timeLimit.giveUp();
        if (!couriers.awaitTermination(2, TimeUnit.SECONDS)) {
          log.warn("event=deliveries_abandoned");
        }
      }
    } catch (InterruptedException e) {
      couriers.shutdown();
      timeLimit.giveUp();
      Thread.currentThread().interrupt();
    }
    timeLimit.close();
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(1));
  }

  private void lookUntilStopped() {
    Duration wait = Duration.ZERO;
    while (!stopping) {
      try {
        if (hints.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          wait = SOON;
          Thread.sleep(wait);
        }
        wait = looked() ? Duration.ZERO : longer(wait);
      } catch (InterruptedException e) {
        return;
      } catch (JdbiException e) {
        log.warn("event=outbox_delayed reason=\"{}\"", e.getMessage());
        wait = config.interval();
      } catch (RuntimeException | Error e) {
        // Without this thread nothing would ever be posted again.
        log.error("event=outbox_broken", e);
        wait = config.interval();
      }
    }
  }

  private Duration longer(Duration wait) {
    Duration twice = wait.compareTo(SOON) < 0 ? SOON : wait.multipliedBy(2);
    return twice.compareTo(config.interval()) < 0 ? twice : config.interval();
  }

  /// Whether there was something to do.
  private boolean looked() throws InterruptedException {
    if (!inFlight.tryAcquire(BUSY.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    boolean handedOver = false;
    try {
      if (stopping) {
        return false;
      }
      Optional<Courier.Errand> errand = courier.look();
      if (errand.isEmpty()) {
        return false;
      }
      couriers.execute(() -> run(errand.get()));
      handedOver = true;
      return true;
    } finally {
      if (!handedOver) {
        inFlight.release();
      }
    }
  }

  private void run(Courier.Errand errand) {
    try {
      courier.run(errand);
    } catch (JdbiException e) {
      log.warn(
          "event=delivery_in_doubt target=\"{}\" delivery={} reason=\"{}\"",
          errand.taken().target(),
          errand.taken().deliveryId(),
          e.getMessage());
    } catch (RuntimeException | Error e) {
      log.error(
          "event=delivery_broken target=\"{}\" delivery={}",
          errand.taken().target(),
          errand.taken().deliveryId(),
          e);
    } finally {
      inFlight.release();
      // There may be more for the same target.
      hint();
    }
  }
}
