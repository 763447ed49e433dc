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
/// hour, because writes create content. Thread-safe.
///
/// What GitHub counts as processor time cannot be known from outside and is not simulated.
///
/// The caller says when a request begins and ends; time is the simulator's.
public final class SecondaryLimits {

  private static final int MAX_AT_ONCE = 100;
  private static final int CORE_PER_MINUTE = 900;
  private static final int GRAPHQL_PER_MINUTE = 2_000;
  private static final int READ_POINTS = 1;
  private static final int WRITE_POINTS = 5;
  private static final int WRITES_PER_MINUTE = 80;
  private static final int WRITES_PER_HOUR = 500;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private record Spent(Instant at, int points) {}

  private record Key(Account account, QuotaResource resource) {}

  private final SimulatorClock clock;
  private final boolean kept;
  private final Map<Account, Integer> running = new HashMap<>();
  private final Map<Key, Sliding> lastMinute = new HashMap<>();
  private final Map<Account, Sliding> writesInMinute = new HashMap<>();
  private final Map<Account, Sliding> writesInHour = new HashMap<>();
  private int mostAtOnce;

  /// @param kept false to count only and refuse nothing
  public SecondaryLimits(SimulatorClock clock, boolean kept) {
    this.clock = clock;
    this.kept = kept;
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
    int limit = resource == QuotaResource.CORE ? CORE_PER_MINUTE : GRAPHQL_PER_MINUTE;
    boolean writes = !write || mayWrite(account);
    return !kept || (atOnce <= MAX_AT_ONCE && points <= limit && writes);
  }

  private boolean mayWrite(Account account) {
    int minute =
        writesInMinute.computeIfAbsent(account, _ -> new Sliding(MINUTE)).add(clock.now(), 1);
    int hour = writesInHour.computeIfAbsent(account, _ -> new Sliding(HOUR)).add(clock.now(), 1);
    return minute <= WRITES_PER_MINUTE && hour <= WRITES_PER_HOUR;
  }

  public synchronized void end(Account account) {
    running.merge(account, -1, Integer::sum);
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
      spent.addLast(new Spent(now, points));
      total += points;
      return total;
    }
  }
}
