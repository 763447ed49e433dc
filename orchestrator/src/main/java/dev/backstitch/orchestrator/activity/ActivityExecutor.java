package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.database.DatabaseClock;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaGate;
import dev.backstitch.orchestrator.timer.TimerService;
import dev.backstitch.orchestrator.workflow.BatchHandler;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs attempts on virtual threads, each activity within its own bound.
///
/// Safe for any thread.
public final class ActivityExecutor {
  private static final Logger log = LoggerFactory.getLogger(ActivityExecutor.class);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final DatabaseClock clock;
  private final TimerService timers;
  private final AttemptOutcome outcome;
  private final ExecutorService threads;
  private final BooleanSupplier mayWrite;
  private final Admissions admissions;
  private final Map<Served, Slots> slots = new ConcurrentHashMap<>();
  private final Map<Served, Batcher> batchers = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder attempts = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile boolean beginsNothing;

  /// An activity as one queue's runs use it.
  private record Served(ActivityDefinition definition, String queue) {

    /// By the names: a definition has many parts, and is looked up for every attempt.
    @Override
    public int hashCode() {
      return 31 * definition.name().hashCode() + queue.hashCode();
    }
  }

  /// What an attempt passes before it begins.
  ///
  /// @param mayWrite whether this worker can still count on its lease: until then no `WRITE` and no
  ///   `ONCE` is begun
  /// @param quota asked by those that declare a quota
  public record Gates(BooleanSupplier mayWrite, QuotaGate quota) {}

  /// Starts no thread until there is an attempt.
  public ActivityExecutor(DatabaseClock clock, TimerService timers, ValueCodec codec, Gates gates) {
    this(
        clock,
        timers,
        new AttemptOutcome(clock, codec, () -> ThreadLocalRandom.current().nextDouble()),
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("activity-", 0).factory()),
        gates);
  }

  ActivityExecutor(
      DatabaseClock clock,
      TimerService timers,
      AttemptOutcome outcome,
      ExecutorService threads,
      Gates gates) {
    this.clock = clock;
    this.timers = timers;
    this.outcome = outcome;
    this.threads = threads;
    this.mayWrite = gates.mayWrite();
    this.admissions = new Admissions(gates.quota(), outcome, clock);
  }

  /// Runs attempts as soon as their activities' bounds allow. Returns at once.
  ///
  /// @param together attempts that came at the same moment: those of one batch activity are batched
  ///   without a gap
  public void submit(List<Attempt> together) {
    inFlight.addAndGet(together.size());
    if (together.size() == 1) {
      submit(served(together.getFirst()), together);
      return;
    }
    Map<Served, List<Attempt>> byActivity = new LinkedHashMap<>();
    for (Attempt attempt : together) {
      byActivity.computeIfAbsent(served(attempt), _ -> new ArrayList<>()).add(attempt);
    }
    byActivity.forEach(this::submit);
  }

  private static Served served(Attempt attempt) {
    return new Served(attempt.definition(), attempt.queue());
  }

  private void submit(Served served, List<Attempt> attempts) {
    switch (served.definition().code()) {
      case ActivityDefinition.Code.Single single ->
          attempts.forEach(
              attempt -> inSlot(served, slot -> runSingle(attempt, single.code(), slot)));
      case ActivityDefinition.Code.Batched batched -> {
        Batcher batcher = batchers.computeIfAbsent(served, _ -> newBatcher(served, batched));
        batcher.add(grouped(batcher, attempts));
      }
    }
  }

  private Batcher newBatcher(Served served, ActivityDefinition.Code.Batched code) {
    return new Batcher(
        code.policy(),
        timers,
        clock,
        batch -> inSlot(served, slot -> runBatch(batch, code.code(), slot)));
  }

  /// A call whose group can't be told fails by itself: this runs on threads that others need.
  private List<Batcher.Grouped> grouped(Batcher batcher, List<Attempt> attempts) {
    List<Batcher.Grouped> grouped = new ArrayList<>(attempts.size());
    for (Attempt attempt : attempts) {
      try {
        grouped.add(new Batcher.Grouped(attempt, batcher.groupOf(attempt)));
      } catch (RuntimeException e) {
        Event event = outcome.threw(attempt, clock.instant(), e);
        logFailure(attempt, event, e);
        report(attempt, event);
      }
    }
    return grouped;
  }

  /// How many attempts have been submitted and not reported.
  public int inFlight() {
    return inFlight.get();
  }

  /// How many attempts have been reported.
  public long attempts() {
    return attempts.sum();
  }

  /// How many of them failed.
  public long failures() {
    return failures.sum();
  }

  /// Interrupts what runs, and waits a moment for it to end: attempts, and whoever was told of one
  /// and keeps its thread. Nothing more is run.
  public void close(Duration patience) {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("event=activities_abandoned in_flight={}", inFlight());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void inSlot(Served served, Consumer<Slots.Slot> job) {
    Slots bound = slots(served);
    bound.run(job);
    if (beginsNothing && !mustBegin(served.definition())) {
      // Looked at behind the adding: beginNothing may have let go what waited before that.
      bound.letAllGo();
    }
  }

  /// The bound of one activity in one queue: another queue's calls have slots of their own.
  private Slots slots(Served served) {
    return slots.computeIfAbsent(
        served, _ -> new Slots(served.definition().options().inFlight(), this::execute));
  }

  /// Begins no attempt any more: those that wait for a slot are withdrawn, those that run go on.
  public void beginNothing() {
    beginsNothing = true;
    slots.forEach((served, waiting) -> {
      if (!mustBegin(served.definition())) {
        waiting.letAllGo();
      }
    });
  }

  /// One whose intent is on record is begun even now: its next owner could not tell whether it was.
  private static boolean mustBegin(ActivityDefinition definition) {
    return definition.options().effect() == Effect.ONCE;
  }

  private boolean withdrawn(List<Attempt> attempts) {
    if (!beginsNothing || mustBegin(attempts.getFirst().definition())) {
      return false;
    }
    inFlight.addAndGet(-attempts.size());
    attempts.forEach(attempt -> attempt.listener().withdrawn());
    return true;
  }

  /// Behind [#close] attempts are dropped: their runs have left or are about to, and whoever has
  /// them next starts the attempts again.
  private void execute(Runnable job) {
    try {
      threads.execute(job);
    } catch (RejectedExecutionException e) {
      log.debug("event=attempt_dropped reason=stopping");
    }
  }

  /// Waits while this worker may have been taken for dead: woken up from a long sleep, or told so
  /// late that a flush had been committed. Others may be doing the same by then.
  ///
  /// @return false if the worker has ended meanwhile: its runs are gone, and nobody is to be told
  private boolean mayBegin(ActivityDefinition definition) {
    try {
      while (definition.options().effect() != Effect.READ && !mayWrite.getAsBoolean()) {
        Thread.sleep(LOOK_AGAIN);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void runSingle(Attempt asked, ActivityDefinition.SingleCode code, Slots.Slot slot) {
    List<Attempt> alone = List.of(asked);
    if (!mayBegin(asked.definition()) || withdrawn(alone) || wanted(alone).isEmpty()) {
      return;
    }
    Permit permit = admissions.admit(alone, this::report);
    if (permit == null) {
      return;
    }
    try (permit) {
      Event event = serve(asked.with(permit), code, slot);
      if (event == null) {
        return;
      }
      if (permit.isFree()) {
        reportLast(asked, event, slot);
      } else {
        report(asked, event);
      }
    }
  }

  /// As [#report], when nothing is left to do behind it. Who is told may stay on this thread for as
  /// long as the run's code takes, so the slot is free before.
  private void reportLast(Attempt attempt, Event event, Slots.Slot slot) {
    try {
      slot.free();
    } finally {
      count(event);
      attempt.listener().endedLast(event);
    }
  }

  /// @return null if nobody is to be told: its time was over, or nobody wants it any more
  private @Nullable Event serve(
      Attempt attempt, ActivityDefinition.SingleCode code, Slots.Slot slot) {
    Instant startedAt = clock.instant();
    TimeLimit limit = new TimeLimit(List.of(attempt), startedAt, slot);
    attempt.interest().whenLost(limit::giveUp);
    if (attempt.interest().isLost()) {
      limit.giveUp();
      return null;
    }
    Event event;
    try {
      event = outcome.returned(attempt, startedAt, code.serve(attempt.call(), attempt.context()));
    } catch (Throwable e) {
      // Whatever it is, it ended the attempt: a run that is not told would wait for ever.
      event = outcome.threw(attempt, startedAt, e);
      logFailure(attempt, event, e);
    }
    return limit.endInTime() ? event : null;
  }

  /// Those that somebody still wants; the others are over.
  private List<Attempt> wanted(List<Attempt> asked) {
    List<Attempt> wanted = new ArrayList<>(asked);
    wanted.removeIf(attempt -> attempt.interest().isLost());
    inFlight.addAndGet(wanted.size() - asked.size());
    return wanted;
  }

  /// Runs to its end, whoever loses interest in one of its items on the way: others wait for
  /// theirs.
  private void runBatch(List<Attempt> asked, ActivityDefinition.BatchCode code, Slots.Slot slot) {
    if (!mayBegin(asked.getFirst().definition()) || withdrawn(asked)) {
      return;
    }
    List<Attempt> batch = wanted(asked);
    if (batch.isEmpty()) {
      return;
    }
    Permit permit = admissions.admit(batch, this::report);
    if (permit != null) {
      try (permit) {
        serve(batch.stream().map(attempt -> attempt.with(permit)).toList(), code, slot);
      }
    }
  }

  private void serve(List<Attempt> batch, ActivityDefinition.BatchCode code, Slots.Slot slot) {
    Instant startedAt = clock.instant();
    TimeLimit limit = new TimeLimit(batch, startedAt, slot);
    List<Event> events = new ArrayList<>(batch.size());
    try {
      List<BatchHandler.Item<Call<?>>> items = new ArrayList<>(batch.size());
      batch.forEach(a -> items.add(new BatchHandler.Item<>(a.call(), a.context())));
      List<? extends @Nullable BatchResult<?>> results = code.serve(items);
      if (results.size() != batch.size()) {
        throw new IllegalStateException(
            "a batch of " + batch.size() + " calls got " + results.size() + " results");
      }
      for (int i = 0; i < batch.size(); i++) {
        events.add(itemEvent(batch.get(i), startedAt, results.get(i)));
      }
    } catch (Throwable e) {
      events.clear();
      for (Attempt attempt : batch) {
        events.add(outcome.threw(attempt, startedAt, e));
      }
      logFailure(batch.getFirst(), events.getFirst(), e);
    }
    if (limit.endInTime()) {
      for (int i = 0; i < batch.size(); i++) {
        report(batch.get(i), events.get(i));
      }
    }
  }

  private Event itemEvent(Attempt attempt, Instant startedAt, @Nullable BatchResult<?> result) {
    return switch (result) {
      case BatchResult.Done<?>(var value) -> outcome.returned(attempt, startedAt, value);
      case BatchResult.Threw<?>(var exception) -> outcome.threw(attempt, startedAt, exception);
      case null ->
          outcome.threw(
              attempt, startedAt, new IllegalStateException("the batch gave no result for it"));
    };
  }

  private void report(Attempt attempt, Event event) {
    count(event);
    attempt.listener().ended(event);
  }

  private void count(Event event) {
    inFlight.decrementAndGet();
    attempts.increment();
    if (event instanceof Event.ActivityAttemptFailed || event instanceof Event.ActivityFailed) {
      failures.increment();
    }
  }

  private static void logFailure(Attempt attempt, Event event, Throwable thrown) {
    log.debug(
        "event=attempt_ended run={} ordinal={} activity={} as={}",
        attempt.context().runId(),
        attempt.context().ordinal(),
        attempt.definition().name(),
        event.type(),
        thrown);
  }

  /// Reports attempts as failed when their time is over, and interrupts the thread they run on;
  /// also interrupts it when nobody wants them any more.
  private final class TimeLimit {
    private final AtomicBoolean over = new AtomicBoolean();
    private final TimerService.Armed timer;
    private final Thread worker = Thread.currentThread();
    private final Slots.Slot slot;

    TimeLimit(List<Attempt> batch, Instant startedAt, Slots.Slot slot) {
      this.slot = slot;
      Duration limit = batch.getFirst().definition().options().startToClose();
      this.timer =
          timers.at(
              startedAt.plus(limit),
              () -> {
                if (over.compareAndSet(false, true)) {
                  batch.forEach(a -> report(a, outcome.timedOut(a, startedAt)));
                  worker.interrupt();
                  slot.free();
                }
              });
    }

    /// Nobody wants it any more.
    void giveUp() {
      timer.cancel();
      if (over.compareAndSet(false, true)) {
        inFlight.decrementAndGet();
        worker.interrupt();
        slot.free();
      }
    }

    /// Whether the attempt ended before its limit; from here on the limit can't strike.
    boolean endInTime() {
      timer.cancel();
      return over.compareAndSet(false, true);
    }
  }
}
