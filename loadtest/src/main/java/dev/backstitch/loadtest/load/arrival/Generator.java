package dev.backstitch.loadtest.load.arrival;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Performs an operation again and again, in an open or in a closed loop. One generation at a time.
public final class Generator {
  /// How long what is on its way may take when nothing more begins.
  public static final Duration DRAIN = Duration.ofSeconds(60);

  /// The same when everything is to end.
  static final Duration HASTY_DRAIN = Duration.ofSeconds(2);

  /// After so many failures nothing more begins.
  static final int MOST_FAILURES = 100;

  private final Pace pace;
  private final Executor threads;
  private final Halt halt;

  /// @param threads one thread for each task, at once
  public Generator(Executor threads, Halt halt) {
    this(Pace.real(), threads, halt);
  }

  Generator(Pace pace, Executor threads, Halt halt) {
    this.pace = pace;
    this.threads = threads;
    this.halt = halt;
  }

  /// Performs until a bound is reached, and waits for what is then on its way.
  ///
  /// @param tally fresh; may be looked at meanwhile
  /// @return from the beginning to the last success
  public Duration generate(Terms terms, Operation operation, Tally tally)
      throws InterruptedException {
    Generation generation = new Generation(terms, operation, tally, pace.nanoTime());
    if (terms.rate().isPresent()) {
      generation.open(new Schedule(terms.rate().getAsDouble(), terms.seed()));
    } else {
      generation.closed();
    }
    return Duration.ofNanos(tally.lastEndNanos(pace.nanoTime()) - generation.begin);
  }

  private final class Generation {
    private final Terms terms;
    private final Operation operation;
    private final Tally tally;
    private final long begin;
    private final Semaphore slots;

    private Generation(Terms terms, Operation operation, Tally tally, long begin) {
      this.terms = terms;
      this.operation = operation;
      this.tally = tally;
      this.begin = begin;
      this.slots = new Semaphore(terms.inFlight());
    }

    /// Everything that was wished for within the time is begun, also when it is late; what can't
    /// even begin within the drain is charged for having waited until then.
    private void open(Schedule schedule) throws InterruptedException {
      long last = begin + terms.longest().toNanos();
      for (long number = 0; number < terms.mostOperations() && !isToEnd(); number++) {
        long intended = begin + schedule.nextNanos();
        if (intended > last) {
          break;
        }
        while (pace.nanoTime() < intended && !isToEnd()) {
          pace.towards(intended);
        }
        if (!isToEnd() && !begun(number, intended, last + DRAIN.toNanos())) {
          tally.notBegun(pace.nanoTime() - intended);
        }
      }
      drain();
    }

    private boolean begun(long number, long intended, long giveUp) throws InterruptedException {
      while (!slots.tryAcquire(Pace.LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
        if (pace.nanoTime() >= giveUp || isToEnd()) {
          return false;
        }
      }
      threads.execute(() -> {
        try {
          perform(number, intended);
        } finally {
          slots.release();
        }
      });
      return true;
    }

    private void closed() throws InterruptedException {
      AtomicLong next = new AtomicLong();
      long last = begin + terms.longest().toNanos();
      for (int client = 0; client < terms.inFlight(); client++) {
        slots.acquire();
        threads.execute(() -> {
          try {
            work(next, last);
          } finally {
            slots.release();
          }
        });
      }
      while (!isToEnd() && pace.nanoTime() < last && slots.availablePermits() < terms.inFlight()) {
        pace.towards(last);
      }
      drain();
    }

    private void work(AtomicLong next, long last) {
      while (!isToEnd() && pace.nanoTime() < last) {
        long number = next.getAndIncrement();
        if (number >= terms.mostOperations()) {
          return;
        }
        perform(number, pace.nanoTime());
      }
    }

    private void perform(long number, long intended) {
      tally.began();
      try {
        operation.perform(number);
        tally.ended(intended, pace.nanoTime());
      } catch (InterruptedException e) {
        tally.failed(e);
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        tally.failed(e);
      }
    }

    private boolean isToEnd() {
      return halt.isRequested()
          || tally.failed() >= MOST_FAILURES
          || Thread.currentThread().isInterrupted();
    }

    private void drain() throws InterruptedException {
      long giveUp = System.nanoTime() + DRAIN.toNanos();
      long hasty = Long.MAX_VALUE;
      while (!slots.tryAcquire(terms.inFlight(), Pace.LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
        long now = System.nanoTime();
        if (hasty == Long.MAX_VALUE && halt.isRequested()) {
          hasty = now + HASTY_DRAIN.toNanos();
        }
        if (now >= giveUp || now >= hasty) {
          return;
        }
      }
    }
  }
}
