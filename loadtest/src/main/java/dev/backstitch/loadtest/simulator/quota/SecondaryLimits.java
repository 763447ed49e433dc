package dev.backstitch.loadtest.simulator.quota;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// GitHub's published secondary limits: 100 requests at once; per minute 900 points of REST and
/// 2,000 of GraphQL, where a read is one point and a write five; and 80 writes a minute, 500 an
/// hour, because writes create content. Thread-safe; the numbers may be changed while requests run.
///
/// What GitHub counts as processor time cannot be known from outside. Its advice is to take the
/// time that answers take for it, and so it is done here, but only for who asks for it: it is an
/// upper bound, and a client that heeds it asks for one thing at a time.
///
/// The caller says when a request begins and ends; time is the simulator's.
public final class SecondaryLimits {

  /// The numbers
  /// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits).
  ///
  /// @param kept false to count only and refuse nothing
  /// @param processorSeconds of both APIs together in a minute; 0 for any
  /// @param graphQlProcessorSeconds of those for GraphQL; 0 for any
  public record Limits(
      boolean kept,
      int atOnce,
      int corePerMinute,
      int graphQlPerMinute,
      int writesPerMinute,
      int writesPerHour,
      int processorSeconds,
      int graphQlProcessorSeconds) {
    private static final int MOST_SECONDS = 86_400;

    /// GitHub's, without those of processor time.
    public static final Limits GITHUB = new Limits(true, 100, 900, 2_000, 80, 500, 0, 0);

    public Limits {
      if (atOnce < 1
          || corePerMinute < 1
          || graphQlPerMinute < 1
          || writesPerMinute < 1
          || writesPerHour < 1) {
        throw new IllegalArgumentException("Every limit is at least 1, of processor time 0");
      }
      if (processorSeconds < 0
          || processorSeconds > MOST_SECONDS
          || graphQlProcessorSeconds < 0
          || graphQlProcessorSeconds > MOST_SECONDS) {
        throw new IllegalArgumentException("Processor time is 0 to 86,400 seconds a minute");
      }
    }

    /// The same, kept or only counted.
    public Limits withKept(boolean newKept) {
      return new Limits(
          newKept,
          atOnce,
          corePerMinute,
          graphQlPerMinute,
          writesPerMinute,
          writesPerHour,
          processorSeconds,
          graphQlProcessorSeconds);
    }

    /// The same with limits of processor time, which are 90 and 60 at GitHub.
    public Limits withProcessorTime(int seconds, int graphQlSeconds) {
      return new Limits(
          kept,
          atOnce,
          corePerMinute,
          graphQlPerMinute,
          writesPerMinute,
          writesPerHour,
          seconds,
          graphQlSeconds);
    }
  }

  private static final int READ_POINTS = 1;
  private static final int WRITE_POINTS = 5;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private record Spent(Instant at, int points) {}

  private record Key(Account account, QuotaResource resource) {}

  private final SimulatorClock clock;
  private final Map<Account, Integer> running = new HashMap<>();
  private final Map<Key, Sliding> lastMinute = new HashMap<>();
  private final Map<Account, Sliding> writesInMinute = new HashMap<>();
  private final Map<Account, Sliding> writesInHour = new HashMap<>();
  private final Map<Account, Sliding> processorMillis = new HashMap<>();
  private final Map<Account, Sliding> graphQlProcessorMillis = new HashMap<>();
  private Limits limits;
  private int mostAtOnce;

  public SecondaryLimits(SimulatorClock clock, Limits limits) {
    this.clock = clock;
    this.limits = limits;
  }

  public synchronized Limits limits() {
    return limits;
  }

  /// From now on other limits hold, also for what was counted before.
  public synchronized void limits(Limits next) {
    limits = next;
  }

  /// Counts a request in. Must be followed by [#end], whatever the answer.
  ///
  /// @return whether the request is within the limits
  public synchronized boolean begin(Account account, QuotaResource resource, boolean write) {
    int atOnce = running.merge(account, 1, Integer::sum);
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    int points =
        lastMinute
            .computeIfAbsent(new Key(account, resource), _ -> new Sliding(MINUTE))
            .add(clock.now(), write ? WRITE_POINTS : READ_POINTS);
    int limit = resource == QuotaResource.CORE ? limits.corePerMinute() : limits.graphQlPerMinute();
    boolean writes = !write || mayWrite(account);
    boolean rests = mayWork(account, resource);
    return !limits.kept() || (atOnce <= limits.atOnce() && points <= limit && writes && rests);
  }

  private boolean mayWrite(Account account) {
    int minute =
        writesInMinute.computeIfAbsent(account, _ -> new Sliding(MINUTE)).add(clock.now(), 1);
    int hour = writesInHour.computeIfAbsent(account, _ -> new Sliding(HOUR)).add(clock.now(), 1);
    return minute <= limits.writesPerMinute() && hour <= limits.writesPerHour();
  }

  /// Whether there is processor time left in this minute. A request is let in before anybody knows
  /// what it takes.
  private boolean mayWork(Account account, QuotaResource resource) {
    int all = worked(processorMillis, account, Duration.ZERO);
    int graphQl = worked(graphQlProcessorMillis, account, Duration.ZERO);
    return isBelow(all, limits.processorSeconds())
        && (resource == QuotaResource.CORE || isBelow(graphQl, limits.graphQlProcessorSeconds()));
  }

  private static boolean isBelow(int millis, int seconds) {
    return seconds == 0 || millis < Duration.ofSeconds(seconds).toMillis();
  }

  private int worked(Map<Account, Sliding> by, Account account, Duration took) {
    return by.computeIfAbsent(account, _ -> new Sliding(MINUTE))
        .add(clock.now(), Math.toIntExact(took.toMillis()));
  }

  /// Counts a request out.
  ///
  /// @param took how long the answer took
  public synchronized void end(Account account, QuotaResource resource, Duration took) {
    running.merge(account, -1, Integer::sum);
    worked(processorMillis, account, took);
    if (resource == QuotaResource.GRAPHQL) {
      worked(graphQlProcessorMillis, account, took);
    }
  }

  /// The most requests of one account that ever ran at once.
  public synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  /// What was spent in the last minute or hour.
  private static final class Sliding {

    private final Duration length;
    private final Deque<Spent> spent = new ArrayDeque<>();
    private int total;

    Sliding(Duration length) {
      this.length = length;
    }

    int add(Instant now, int points) {
      while (!spent.isEmpty() && !spent.getFirst().at().plus(length).isAfter(now)) {
        total -= spent.removeFirst().points();
      }
      if (points > 0) {
        spent.addLast(new Spent(now, points));
        total += points;
      }
      return total;
    }
  }
}
