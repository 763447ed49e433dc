package dev.backstitch.loadtest.simulator.quota;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.account.Apps;
import dev.backstitch.loadtest.simulator.account.InstallationSize;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The primary quotas of all accounts. Thread-safe.
public final class QuotaBook {

  private static final int ANONYMOUS_LIMIT = 60;

  /// Of each repository.
  private static final int ACTIONS_LIMIT = 1_000;

  /// What an installation gets for each repository, and each user, above the first of them
  /// (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-github-app-installations).
  private static final int POINTS_EACH = 50;

  private static final int WITHOUT_MORE = 20;
  private static final int LARGEST_INSTALLATION = 12_500;

  /// Of installations on GitHub Enterprise Cloud, whatever their size.
  private static final int ENTERPRISE_LIMIT = 15_000;

  private static final int ENTERPRISE_GRAPHQL_LIMIT = 10_000;

  private record Key(Account account, QuotaResource resource) {}

  private record Window(int used, Instant reset) {}

  private record Loss(int points, Instant until) {}

  private final SimulatorClock clock;
  private final Apps apps;
  private final int limit;
  private final Duration length;
  private final Map<Key, Window> windows = new HashMap<>();
  private final Map<Key, List<Loss>> losses = new HashMap<>();
  private LimitShape limitShape = LimitShape.RATE_LIMITED;

  /// @param length how long a window lasts
  public QuotaBook(SimulatorClock clock, Apps apps, int limit, Duration length) {
    this.clock = clock;
    this.apps = apps;
    this.limit = limit;
    this.length = length;
  }

  public synchronized boolean exhausted(Account account, QuotaResource resource) {
    return state(account, resource).remaining() <= 0;
  }

  /// Spends points and says what is left.
  public synchronized QuotaState charge(Account account, QuotaResource resource, int points) {
    Window window = window(account, resource);
    windows.put(new Key(account, resource), new Window(window.used() + points, window.reset()));
    return state(account, resource);
  }

  /// Takes points away for the length of a window from now: if that one ends meanwhile, they are
  /// missing in the next one too.
  public synchronized void lose(Account account, QuotaResource resource, int points) {
    charge(account, resource, points);
    losses
        .computeIfAbsent(new Key(account, resource), _ -> new ArrayList<>())
        .add(new Loss(points, clock.now().plus(length)));
  }

  private int lost(Key key, Instant now) {
    return losses.getOrDefault(key, List.of()).stream()
        .filter(loss -> now.isBefore(loss.until()))
        .mapToInt(Loss::points)
        .sum();
  }

  /// Sets what is left in the current window, as if others had spent the rest.
  ///
  /// @param remaining 0 to the limit
  public synchronized void setRemaining(Account account, QuotaResource resource, int remaining) {
    int granted = limit(account, resource);
    if (remaining < 0 || remaining > granted) {
      throw new IllegalArgumentException(
          "remaining must be 0 to %d, not %d".formatted(granted, remaining));
    }
    Window window = window(account, resource);
    windows.put(new Key(account, resource), new Window(granted - remaining, window.reset()));
  }

  public synchronized QuotaState state(Account account, QuotaResource resource) {
    Window window = window(account, resource);
    int granted = limit(account, resource);
    return new QuotaState(
        granted, Math.max(0, granted - window.used()), window.used(), window.reset());
  }

  /// Sets how GraphQL says that a quota is spent.
  public synchronized void limitShape(LimitShape shape) {
    limitShape = shape;
  }

  public synchronized LimitShape limitShape() {
    return limitShape;
  }

  private int limit(Account account, QuotaResource resource) {
    return switch (account.kind()) {
      case ANONYMOUS -> ANONYMOUS_LIMIT;
      case ACTIONS -> Math.min(ACTIONS_LIMIT, limit);
      case USER, APP -> limit;
      case INSTALLATION ->
          apps.installation(account.id())
              .filter(found -> found.account().equals(account))
              .map(found -> limit(found.size(), resource))
              .orElse(limit);
    };
  }

  private int limit(InstallationSize size, QuotaResource resource) {
    if (size.enterprise()) {
      return resource == QuotaResource.CORE ? ENTERPRISE_LIMIT : ENTERPRISE_GRAPHQL_LIMIT;
    }
    long more =
        Math.max(0L, size.repositories() - WITHOUT_MORE)
            + Math.max(0L, size.users() - WITHOUT_MORE);
    return Math.clamp(limit + POINTS_EACH * more, limit, Math.max(limit, LARGEST_INSTALLATION));
  }

  private Window window(Account account, QuotaResource resource) {
    Instant now = clock.now();
    @Nullable Window window = windows.get(new Key(account, resource));
    if (window != null && now.isBefore(window.reset())) {
      return window;
    }
    int lost = lost(new Key(account, resource), now);
    return new Window(lost, now.truncatedTo(ChronoUnit.SECONDS).plus(length));
  }
}
