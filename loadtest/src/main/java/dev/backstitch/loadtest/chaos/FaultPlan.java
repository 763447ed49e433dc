package dev.backstitch.loadtest.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// What breaks, when, and whose: a function of the seed.
///
/// @param faults in the order of their times
record FaultPlan(List<Fault> faults) {
  private static final int SHORTEST_PAUSE_MILLIS = 600;
  private static final int LONGEST_PAUSE_MILLIS = 3_000;

  FaultPlan {
    faults = List.copyOf(faults);
  }

  /// The ways to break something. The number says how often it is chosen, compared to the others.
  enum Kind {
    /// `kill -9`, and a new process after a while.
    KILL(8),
    /// SIGSTOP for longer than the lease: when it wakes up, others have its runs.
    FREEZE(5),
    /// SIGSTOP for less than the lease: nobody takes over.
    STALL(3),
    /// `pg_terminate_backend` of lanes, sessions or readers.
    TERMINATE(5),
    /// All connections of a worker are cut.
    CUT(4),
    /// Answers that tell of the next commits of a writing statement are lost. What counts is how
    /// many were.
    LOSE_ANSWERS(6),
    /// Nothing gets through for longer than the lease.
    PARTITION(3),
    /// PostgreSQL stops at once, as in a crash, and is started again.
    RESTART_DATABASE(2),
    /// A worker's wall clock jumps by an hour or two, there or back.
    CLOCK_JUMP(3),
    /// PostgreSQL's files can't grow.
    DISK_FULL(2);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  /// One fault.
  ///
  /// @param at after the beginning
  /// @param slot whose, 0 to K-1
  /// @param lasts how long, or until the next process starts
  /// @param lot a number for whatever else must be chosen
  record Fault(Duration at, Kind kind, int slot, Duration lasts, long lot) {}

  /// Plans.
  ///
  /// @param available the kinds to choose from
  static FaultPlan of(long seed, Terms terms, Set<Kind> available) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Fault> faults = new ArrayList<>();
    Duration at = Duration.ofSeconds(1);
    while (at.compareTo(terms.duration()) < 0) {
      // Always four draws per fault, so that what is not available changes nothing else.
      Kind kind = choose(random.nextInt(totalWeight()));
      int slot = random.nextInt(terms.workers());
      Duration lasts = lasts(kind, random.nextDouble(), terms.lease());
      long lot = random.nextLong();
      if (available.contains(kind)) {
        faults.add(new Fault(at, kind, slot, lasts, lot));
      }
      at = at.plusMillis(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
    }
    return new FaultPlan(faults);
  }

  /// @param duration how long faults go on
  /// @param lease what freezes and partitions are measured by
  record Terms(Duration duration, int workers, Duration lease) {}

  private static int totalWeight() {
    int total = 0;
    for (Kind kind : Kind.values()) {
      total += kind.weight;
    }
    return total;
  }

  private static Kind choose(int lot) {
    int rest = lot;
    for (Kind kind : Kind.values()) {
      rest -= kind.weight;
      if (rest < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("the weights add up to less than " + lot);
  }

  private static Duration lasts(Kind kind, double share, Duration lease) {
    long leaseMillis = lease.toMillis();
    return Duration.ofMillis(
        switch (kind) {
          case KILL -> 100 + (long) (share * 2_500);
          case FREEZE, PARTITION -> (long) (leaseMillis * (1.2 + share));
          case STALL -> (long) (leaseMillis * (0.1 + 0.6 * share));
          case DISK_FULL -> 1_000 + (long) (share * 2_000);
          case TERMINATE, CUT, LOSE_ANSWERS, RESTART_DATABASE, CLOCK_JUMP -> 0;
        });
  }
}
