package dev.backstitch.loadtest.simulator.law;

import dev.backstitch.loadtest.simulator.account.Account;
import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.contract.Violation;
import dev.backstitch.loadtest.simulator.contract.Violations;
import dev.backstitch.loadtest.simulator.http.Request;
import dev.backstitch.loadtest.simulator.quota.QuotaResource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Watches that clients behave
/// (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
/// Thread-safe.
///
/// 1. While a client is blocked, by a secondary limit or a spent quota, it sends nothing. What
///    arrives within two seconds of the refusal may have been on its way.
/// 2. Every request names the version of the API it is meant for. Recorded once per `User-Agent`.
/// 3. Every request says by its `User-Agent` who asks.
/// 4. `Authorization` goes to no other host: see [Elsewhere].
/// 5. No ref is moved by force or deleted.
public final class Laws {
  /// How the breach of the second law ends.
  public static final String NO_VERSION = " sends no X-GitHub-Api-Version";

  private static final String NO_AGENT = "a request must send a User-Agent";

  private static final Duration ON_ITS_WAY = Duration.ofSeconds(2);

  /// Resets are told with a second's jitter.
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  /// GitHub's advice when a secondary limit names no time.
  private static final Duration UNTOLD = Duration.ofMinutes(1);

  private static final Pattern FORCED = Pattern.compile("\"force\"\\s*:\\s*true");

  private record Key(Account account, @Nullable QuotaResource resource) {}

  private record Block(Instant until, long sinceNanos) {}

  private final SimulatorClock clock;
  private final Violations violations;
  private final Map<Key, Block> blocks = new HashMap<>();
  private final Set<String> withoutVersion = new HashSet<>();

  public Laws(SimulatorClock clock, Violations violations) {
    this.clock = clock;
    this.violations = violations;
  }

  /// A request came.
  public void asked(Request request) {
    String name = request.method() + " " + request.target();
    String agent = request.header("User-Agent").orElse("");
    if (agent.isBlank()) {
      broken(name, NO_AGENT);
    }
    if (request.header("X-GitHub-Api-Version").isEmpty() && first(agent)) {
      broken(name, agent + NO_VERSION);
    }
    boolean toRef = request.path().contains("/git/refs/");
    if (toRef
        && (request.method().equals("DELETE") || FORCED.matcher(request.body().text()).find())) {
      broken(name, "a ref must not be moved by force or deleted");
    }
  }

  private synchronized boolean first(String agent) {
    return withoutVersion.add(agent);
  }

  /// A request that costs something is about to be looked at.
  public synchronized void spends(String request, Account account, QuotaResource resource) {
    // An account that is nobody's is everybody's: one client does not know what another was told.
    if (!account.anonymous()) {
      obeys(request, new Key(account, null));
      obeys(request, new Key(account, resource));
    }
  }

  private void obeys(String request, Key key) {
    @Nullable Block block = blocks.get(key);
    if (block == null) {
      return;
    }
    if (!clock.now().plus(TOLERANCE).isBefore(block.until())) {
      blocks.remove(key);
    } else if (System.nanoTime() - block.sinceNanos() > ON_ITS_WAY.toNanos()) {
      broken(
          request,
          "%s is blocked until %s".formatted(key.account().login(), clock.shown(block.until())));
    }
  }

  /// A request was refused because the quota of its resource is spent.
  public void spent(Account account, QuotaResource resource, Instant reset) {
    block(new Key(account, resource), reset);
  }

  /// A request was refused by a secondary limit.
  ///
  /// @param retryAfter what the client was told, if anything
  public void slowedDown(Account account, Optional<String> retryAfter) {
    block(new Key(account, null), retryAfter.map(this::instant).orElse(clock.now().plus(UNTOLD)));
  }

  private Instant instant(String retryAfter) {
    if (retryAfter.matches("[0-9]{1,9}")) {
      return clock.now().plusSeconds(Long.parseLong(retryAfter));
    }
    try {
      Instant told =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return told.minus(Duration.between(Instant.EPOCH, clock.shown(Instant.EPOCH)));
    } catch (DateTimeParseException unreadable) {
      return clock.now().plus(UNTOLD);
    }
  }

  private synchronized void block(Key key, Instant until) {
    blocks.merge(
        key,
        new Block(until, System.nanoTime()),
        (old, fresh) ->
            new Block(
                old.until().isAfter(fresh.until()) ? old.until() : fresh.until(),
                clock.now().isBefore(old.until()) ? old.sinceNanos() : fresh.sinceNanos()));
  }

  private void broken(String request, String law) {
    violations.record(new Violation(Violation.Side.LAW, request, List.of(law)));
  }
}
