package dev.backstitch.loadtest.load.scenario;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The scenarios, with what is usual for each.
public enum ScenarioName {
  /// Runs of durable steps.
  STEPS,
  /// Runs of three steps, one at a time.
  LATENCY,
  /// Runs that call many activities at once.
  FANOUT,
  /// Runs that sleep.
  TIMERS,
  /// Runs that wait for a signal.
  SIGNALS,
  /// Runs whose history grows.
  LONG_HISTORY,
  /// Syncs of the simulated GitHub.
  SYNC,
  /// All at once, with chaos.
  MIXED;

  /// No measurement has more runs.
  public static final long MOST_RUNS = 10_000_000;

  /// What is taken for what is not said.
  public record Usual(int steps, int inFlight, long runs, Duration duration) {}

  /// The name on the command line and in reports.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The one of that name.
  public static Optional<ScenarioName> of(String text) {
    return Arrays.stream(values()).filter(name -> name.text().equals(text)).findFirst();
  }

  /// What is taken for what is not said.
  public Usual usual() {
    return switch (this) {
      case STEPS -> new Usual(10, 64, MOST_RUNS, Duration.ofSeconds(10));
      case LATENCY -> new Usual(3, 1, MOST_RUNS, Duration.ofSeconds(10));
      case FANOUT -> new Usual(100, 8, MOST_RUNS, Duration.ofSeconds(10));
      case TIMERS -> new Usual(1, 64, 10_000, Duration.ofSeconds(5));
      case SIGNALS -> new Usual(1, 64, 5_000, Duration.ofSeconds(60));
      case LONG_HISTORY -> new Usual(25_000, 16, 16, Duration.ofMinutes(10));
      case SYNC -> new Usual(1, 1, 10, Duration.ofMinutes(2));
      case MIXED -> new Usual(5, 8, MOST_RUNS, Duration.ofSeconds(30));
    };
  }

  /// Whether it can be an open loop.
  public boolean takesRate() {
    return switch (this) {
      case STEPS, FANOUT, TIMERS, SIGNALS -> true;
      case LATENCY, LONG_HISTORY, SYNC, MIXED -> false;
    };
  }

  /// Whether somebody may say how much is done at a time.
  public boolean takesInFlight() {
    return switch (this) {
      case STEPS, FANOUT, TIMERS, SIGNALS, LONG_HISTORY, MIXED -> true;
      case LATENCY, SYNC -> false;
    };
  }

  /// Whether somebody may say how many steps a run has, and what they carry.
  public boolean takesSteps() {
    return switch (this) {
      case STEPS, LATENCY, FANOUT, LONG_HISTORY, MIXED -> true;
      case TIMERS, SIGNALS, SYNC -> false;
    };
  }

  /// Whether several numbers at a time tell how its throughput grows, so that `all` measures each.
  public boolean isSwept() {
    return this == STEPS || this == FANOUT;
  }

  /// Whether somebody may say how many runs it has.
  public boolean takesRuns() {
    return this != LONG_HISTORY;
  }

  /// Whether somebody may say how long it lasts. Timers are due when they are due.
  public boolean takesDuration() {
    return this != TIMERS;
  }

  /// How many server processes it has unless told otherwise; 0 for an engine in this process.
  public int usualWorkers() {
    return this == MIXED ? 3 : 0;
  }

  /// With how few server processes it can be measured. Where one dies there must be another one to
  /// take over.
  public int leastWorkers() {
    return this == MIXED ? 2 : 0;
  }

  /// Whether the same is done before, unmeasured.
  public boolean takesWarmUp() {
    return switch (this) {
      case STEPS, LATENCY, FANOUT, SIGNALS, LONG_HISTORY -> true;
      case TIMERS, SYNC, MIXED -> false;
    };
  }
}
