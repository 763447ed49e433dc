package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.history.HistoryStore;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.inbox.InboxStore;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes runs that nobody has and whose time has come, reads their histories, and hands them over.
///
/// Owns a thread. One that has found nothing for a while asks one statement per two intervals.
final class Claimer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Claimer.class);

  /// How many runs' histories, and how many events of them, are read by one statement.
  private static final int READ_TOGETHER = 100;

  private static final int EVENTS_TOGETHER = 5_000;

  /// After so many looks in vain it looks half as often.
  private static final int LOOKS_IN_VAIN = 8;

  /// How long a question that is being asked may take when it stops.
  private static final Duration QUIET_END = Duration.ofSeconds(2);

  private final Jdbi jdbi;
  private final long workerId;
  private final Limits limits;
  private final Supplier<Appetite> appetite;
  private final Predicate<RunId> inMemory;
  private final BiConsumer<ClaimStore.Claim, Fact> claimed;
  private final Runnable messagesWait;
  private final LongAdder eventsReplayed = new LongAdder();
  private final Thread thread;
  private final Semaphore lookNow = new Semaphore(0);
  private volatile boolean stopping;
  private boolean claimInDoubt;
  private int looksInVain;
  private final Set<ClaimStore.Claim> claimedInMemory = new HashSet<>();

  /// @param workflows what this process can run
  /// @param interval how often it asks when there is nothing to do
  /// @param batch the most runs it takes at once
  /// @param historyLength the most events a run may have to be loaded
  record Limits(List<String> workflows, Duration interval, int batch, int historyLength) {}

  /// @param appetite how many more runs this worker would take
  /// @param inMemory whether this worker has the run in memory
  /// @param claimed takes a run with its whole history, or with why that can't be had
  /// @param messagesWait told when messages wait for runs that were just loaded
  Claimer(
      Jdbi jdbi,
      long workerId,
      Limits limits,
      Supplier<Appetite> appetite,
      Predicate<RunId> inMemory,
      BiConsumer<ClaimStore.Claim, Fact> claimed,
      Runnable messagesWait) {
    this.jdbi = jdbi;
    this.workerId = workerId;
    this.limits = limits;
    this.appetite = appetite;
    this.inMemory = inMemory;
    this.claimed = claimed;
    this.messagesWait = messagesWait;
    this.thread = Thread.ofVirtual().name("claimer").unstarted(this::claimUntilStopped);
  }

  void start() {
    thread.start();
  }

  /// Frees what was claimed and not loaded, behind [#close]: nobody will load it here any more.
  void releaseUnloaded() {
    try {
      List<ClaimStore.Claim> unloaded =
          stillOwned(ownedByWhetherInMemory().getOrDefault(false, List.of()));
      if (!unloaded.isEmpty()) {
        int freed = jdbi.inTransaction(handle -> ClaimStore.release(handle, workerId, unloaded));
        log.info("event=claims_released worker={} runs={}", workerId, freed);
      }
    } catch (JdbiException e) {
      // They are set free with the worker.
      log.warn("event=claims_not_released worker={} reason=\"{}\"", workerId, e.getMessage());
    }
  }

  /// Looks at once: there is something to claim.
  void lookNow() {
    lookNow.release();
  }

  long eventsReplayed() {
    return eventsReplayed.sum();
  }

  @Override
  public void close() {
    stopping = true;
    // Not by an interrupt at once, which would close the pool's socket in the middle of a question.
    lookNow.release();
    try {
      if (thread.isAlive() && !thread.join(QUIET_END)) {
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void claimUntilStopped() {
    while (!stopping) {
      Duration pause = limits.interval();
      try {
        if (claimInDoubt) {
          loadWhatWasClaimedUnheard();
        }
        loadWhatHasLeftMemory();
        if (claim()) {
          continue;
        }
        if (looksInVain >= LOOKS_IN_VAIN) {
          pause = limits.interval().multipliedBy(2);
        }
      } catch (JdbiException e) {
        if (stopping) {
          // Interrupted in the middle: what it may have claimed is set free with the worker.
          return;
        }
        log.warn("event=claim_delayed worker={} reason=\"{}\"", workerId, e.getMessage());
        pause = limits.interval().multipliedBy(4);
      } catch (RuntimeException | Error e) {
        // Without this thread no run would ever be loaded again.
        log.error("event=claim_broken worker={}", workerId, e);
        pause = limits.interval().multipliedBy(4);
      }
      try {
        if (lookNow.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          lookNow.drainPermits();
          looksInVain = 0;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// @return whether there may be more to take at once
  private boolean claim() {
    Appetite asked = appetite.get().atMost(limits.batch());
    if (asked.isEmpty()) {
      return false;
    }
    claimInDoubt = true;
    List<ClaimStore.Claim> runs =
        jdbi.withHandle(handle -> ClaimStore.claim(handle, workerId, limits.workflows(), asked));
    looksInVain = runs.isEmpty() ? looksInVain + 1 : 0;
    List<ClaimStore.Claim> fresh = new ArrayList<>();
    for (ClaimStore.Claim run : runs) {
      if (inMemory.test(run.runId())) {
        claimedInMemory.add(run);
      } else {
        claimedInMemory.remove(run);
        fresh.add(run);
      }
    }
    loadAll(fresh);
    return runs.size() >= limits.batch();
  }

  /// A run whose parking is committed can be claimed before its lane has heard so. If the lane has
  /// to ask, it may find the run ours again, take the parking for missing and send it once more:
  /// loaded meanwhile, the run would be in our memory and belong to nobody. So such a run is left
  /// alone until it has left memory, and is then loaded if it is still ours.
  private void loadWhatHasLeftMemory() {
    List<ClaimStore.Claim> left =
        claimedInMemory.stream().filter(claim -> !inMemory.test(claim.runId())).toList();
    if (!left.isEmpty()) {
      loadAll(stillOwned(left));
      // Not earlier: what could not be loaded now is looked at again.
      left.forEach(claimedInMemory::remove);
    }
  }

  /// A claim whose answer was lost may have been committed: its runs are ours, and nobody runs
  /// them. One that is in memory may have been claimed before it has left, so it is looked at again
  /// when it has.
  private void loadWhatWasClaimedUnheard() {
    Map<Boolean, List<ClaimStore.Claim>> owned = ownedByWhetherInMemory();
    claimedInMemory.addAll(owned.getOrDefault(true, List.of()));
    loadAll(stillOwned(owned.getOrDefault(false, List.of())));
    claimInDoubt = false;
  }

  private Map<Boolean, List<ClaimStore.Claim>> ownedByWhetherInMemory() {
    return jdbi.withHandle(handle -> ClaimStore.owned(handle, workerId)).stream()
        .collect(Collectors.partitioningBy(claim -> inMemory.test(claim.runId())));
  }

  /// Asked behind the look into memory, because a run that just leaves it is ours until then. One
  /// that is not in memory and *then* ours is nobody's but this thread's, for only it claims.
  private List<ClaimStore.Claim> stillOwned(List<ClaimStore.Claim> notInMemory) {
    return notInMemory.isEmpty()
        ? notInMemory
        : jdbi.withHandle(handle -> ClaimStore.ownedOf(handle, workerId, notInMemory));
  }

  /// What waits for them is addressed to this worker before they are loaded, and told of behind it.
  private void loadAll(List<ClaimStore.Claim> claims) {
    if (claims.isEmpty()) {
      claimInDoubt = false;
      return;
    }
    List<RunId> runs = claims.stream().map(ClaimStore.Claim::runId).toList();
    int messages = jdbi.withHandle(handle -> InboxStore.address(handle, workerId, runs));
    load(claims);
    claimInDoubt = false;
    if (messages > 0) {
      messagesWait.run();
    }
  }

  /// Many short histories by one statement; a run whose history is too long for that is read alone.
  /// Reads until it succeeds: a run that is claimed and not loaded would be nobody's.
  private void load(List<ClaimStore.Claim> claims) {
    for (int from = 0; from < claims.size() && !stopping; from += READ_TOGETHER) {
      List<ClaimStore.Claim> part =
          claims.subList(from, Math.min(claims.size(), from + READ_TOGETHER));
      Map<RunId, List<RecordedEvent>> histories = untilAnswered(() -> readTogether(part));
      for (ClaimStore.Claim claim : part) {
        List<RecordedEvent> whole = histories.get(claim.runId());
        Fact fact = whole == null ? untilAnswered(() -> readAlone(claim.runId())) : fact(whole);
        claimed.accept(claim, fact);
      }
    }
  }

  private <T> T untilAnswered(Supplier<T> read) {
    while (true) {
      try {
        return read.get();
      } catch (JdbiException e) {
        log.warn("event=load_delayed worker={} reason=\"{}\"", workerId, e.getMessage());
        if (stopping) {
          throw e;
        }
        LockSupport.parkNanos(limits.interval().toNanos());
      }
    }
  }

  /// @return whole histories only; what did not fit is left out
  private Map<RunId, List<RecordedEvent>> readTogether(List<ClaimStore.Claim> claims) {
    List<RunId> ids = claims.stream().map(ClaimStore.Claim::runId).toList();
    Map<RunId, List<RecordedEvent>> histories = new HashMap<>();
    try {
      List<RecordedEvent> events =
          jdbi.withHandle(handle -> HistoryStore.readTogether(handle, ids, EVENTS_TOGETHER));
      events.forEach(
          event -> histories.computeIfAbsent(event.runId(), _ -> new ArrayList<>()).add(event));
      if (events.size() == EVENTS_TOGETHER) {
        // Cut off by the limit: the last run's history may go on.
        histories.remove(events.getLast().runId());
      }
    } catch (IllegalStateException e) {
      // One of them can't be decoded; read alone, the others are not harmed.
      histories.clear();
    }
    return histories;
  }

  private Fact readAlone(RunId run) {
    try {
      return fact(
          jdbi.withHandle(handle -> HistoryStore.read(handle, run, 0, limits.historyLength() + 1)));
    } catch (IllegalStateException e) {
      return new Fact.Refused("BST-RUN-004: the history can't be read: " + e.getMessage());
    }
  }

  private Fact fact(List<RecordedEvent> history) {
    eventsReplayed.add(history.size());
    if (history.isEmpty()) {
      return new Fact.Refused("BST-RUN-004: the history can't be read: it is empty");
    }
    if (history.size() > limits.historyLength()) {
      // A part of it would give another run, which would do again what is done already.
      return new Fact.Refused(
          "BST-RUN-005: the history has more than " + limits.historyLength() + " events");
    }
    return new Fact.Claimed(history);
  }
}
