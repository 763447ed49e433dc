package dev.backstitch.orchestrator.quota;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process's way to the quota ledger.
///
/// Whoever has something to ask puts it into a queue and waits for the exchange lock; whoever holds
/// it delivers everything that is in the queue. So many asks share a round trip, alone each has its
/// own, and no thread is needed. Answers and ends wait for the next exchange unless they matter to
/// others. Safe for any thread.
public final class QuotaLedger implements QuotaGate {
  private static final Logger log = LoggerFactory.getLogger(QuotaLedger.class);

  /// The largest delivery: the owner's row is locked for its length.
  private static final int MOST_TOGETHER = 200;

  private static final Duration UNREACHABLE_WAIT = Duration.ofSeconds(1);

  private static final double NANOS = 1e9;

  private final Jdbi jdbi;
  private final InstantSource clock;
  private final @Nullable Long worker;
  private final ConcurrentLinkedQueue<Letter> letters = new ConcurrentLinkedQueue<>();
  private final ReentrantLock exchanging = new ReentrantLock();

  /// A message on its way.
  private record Letter(
      ObjectNode message,
      long writtenNanos,
      AtomicReference<QuotaStore.@Nullable Verdict> verdict,
      AtomicBoolean done) {
    Letter(ObjectNode message) {
      this(message, System.nanoTime(), new AtomicReference<>(), new AtomicBoolean());
    }

    ObjectNode aged() {
      return message.put("age", (System.nanoTime() - writtenNanos) / NANOS);
    }
  }

  /// Of a process that is no worker: should it die, its permits end with their leases.
  ///
  /// @param jdbi the pool
  /// @param clock the database's
  public QuotaLedger(Jdbi jdbi, InstantSource clock) {
    this(jdbi, clock, null);
  }

  private QuotaLedger(Jdbi jdbi, InstantSource clock, @Nullable Long worker) {
    this.jdbi = jdbi;
    this.clock = clock;
    this.worker = worker;
  }

  /// Of a worker: should it die, its places among a lane's calls at a time are free when it is
  /// taken over and its session is gone. What its permits may have spent stays charged until they
  /// expire.
  ///
  /// @param workerId its registration; once that has ended, every ask is told to wait
  public static QuotaLedger ofWorker(long workerId, Jdbi jdbi, InstantSource clock) {
    return new QuotaLedger(jdbi, clock, workerId);
  }

  @Override
  public Admission ask(QuotaUse use, String holder, boolean waited) {
    return ask(new Permit(this, use, holder), use, waited, false);
  }

  Admission askFurther(Permit permit, QuotaUse use) {
    return ask(permit, use, false, true);
  }

  private Admission ask(Permit permit, QuotaUse use, boolean waited, boolean further) {
    QuotaMessages.Manner manner =
        new QuotaMessages.Manner(waited, further, worker, ThreadLocalRandom.current().nextDouble());
    Letter letter = new Letter(QuotaMessages.ask(permit, use, manner));
    letters.add(letter);
    exchangeUntil(letter);
    QuotaStore.Verdict verdict = letter.verdict().get();
    if (verdict == null) {
      return new Admission.Wait(
          clock.instant().plus(UNREACHABLE_WAIT), "the quota ledger can't be reached");
    }
    String reason = Objects.requireNonNullElse(verdict.reason(), "quota");
    return switch (verdict.verdict()) {
      case "GRANT" -> new Admission.Granted(permit);
      case "WAIT" -> new Admission.Wait(Objects.requireNonNull(verdict.until()), reason);
      case "REFUSE" -> new Admission.Refused(reason);
      default -> throw new IllegalStateException("quota_exchange said " + verdict.verdict());
    };
  }

  void learn(List<ObjectNode> messages) {
    boolean urgent = false;
    for (ObjectNode message : messages) {
      letters.add(new Letter(message));
      urgent |= message.has("limited");
    }
    if (urgent) {
      exchange();
    }
  }

  void finish(ObjectNode message) {
    Letter letter = new Letter(message);
    letters.add(letter);
    exchangeUntil(letter);
  }

  QuotaWaitException wait(String reason, Instant until) {
    return new QuotaWaitException(reason, until, Duration.between(clock.instant(), until));
  }

  Instant inAMinute() {
    return clock.instant().plus(Duration.ofMinutes(1));
  }

  private void exchangeUntil(Letter letter) {
    while (!letter.done().get()) {
      exchange();
    }
  }

  /// Delivers what is in the queue. On a thread of its own: whoever asks may be interrupted, which
  /// would break the connection, and with it what others have to say.
  private void exchange() {
    exchanging.lock();
    try {
      List<Letter> together = new ArrayList<>();
      Letter next = letters.poll();
      while (next != null) {
        together.add(next);
        next = together.size() < MOST_TOGETHER ? letters.poll() : null;
      }
      if (!together.isEmpty()) {
        await(Thread.ofVirtual().name("quota-exchange").start(() -> deliver(together)));
      }
    } finally {
      exchanging.unlock();
    }
  }

  private static void await(Thread delivery) {
    boolean interrupted = false;
    while (delivery.isAlive()) {
      try {
        delivery.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// What can't be delivered is given up: an ask waits, and the permit behind anything else
  /// expires.
  private void deliver(List<Letter> together) {
    try {
      Map<Integer, QuotaStore.Verdict> verdicts =
          jdbi.withHandle(handle ->
              QuotaStore.exchange(handle, together.stream().map(Letter::aged).toList(), null));
      for (int i = 0; i < together.size(); i++) {
        together.get(i).verdict().set(verdicts.get(i));
      }
    } catch (JdbiException e) {
      log.warn(
          "event=quota_unreachable messages={} reason=\"{}\"", together.size(), e.getMessage());
    } finally {
      together.forEach(letter -> letter.done().set(true));
    }
  }
}
