package dev.backstitch.loadtest.simulator.fault;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// The rules by which requests meet faults. Thread-safe; rules may come and go while requests run.
///
/// Rules are asked in the order they were made until one strikes; the later ones do not count that
/// request. So two calls of [#next] strike two requests, one after the other.
public final class Faults {

  private interface Rule {
    /// Counts a request that concerns this rule, and says whether it strikes.
    boolean strikes();
  }

  private record Entry(Operation operation, Fault fault, Rule rule) {}

  private final SimulatorClock clock;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Injection> injected = new ArrayList<>();
  private int maxAliases = Integer.MAX_VALUE;

  public Faults(SimulatorClock clock) {
    this.clock = clock;
  }

  /// The next such request.
  public void next(Operation operation, Fault fault) {
    nth(operation, 1, fault);
  }

  /// The n-th such request from now, counted from 1.
  public void nth(Operation operation, int n, Fault fault) {
    between(operation, n, n, fault);
  }

  /// The next `count` such requests.
  public void times(Operation operation, int count, Fault fault) {
    between(operation, 1, count, fault);
  }

  private void between(Operation operation, int first, int last, Fault fault) {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("Requests count from 1: " + first + " to " + last);
    }
    add(
        operation,
        fault,
        new Rule() {
          private int seen;

          @Override
          public boolean strikes() {
            seen++;
            return seen >= first && seen <= last;
          }
        });
  }

  /// Every such request.
  public void always(Operation operation, Fault fault) {
    add(operation, fault, () -> true);
  }

  /// A share of such requests.
  ///
  /// @param share 0 to 1
  /// @param seed decides which ones, by their order of arrival
  public void rate(Operation operation, double share, Fault fault, long seed) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("A share is 0 to 1, not " + share);
    }
    var random = new Random(seed);
    add(operation, fault, () -> random.nextDouble() < share);
  }

  /// Every such request for a while, by the simulator's clock.
  public void during(Operation operation, Duration period, Fault fault) {
    Instant end = clock.now().plus(period);
    add(operation, fault, () -> clock.now().isBefore(end));
  }

  private synchronized void add(Operation operation, Fault fault, Rule rule) {
    boolean fits =
        List.of(Operation.values()).stream()
            .anyMatch(request -> operation.includes(request) && fault.fits(request));
    if (!fits) {
      throw new IllegalArgumentException(fault + " cannot happen to " + operation);
    }
    entries.add(new Entry(operation, fault, rule));
  }

  /// GraphQL queries with more than so many aliased objects fail with 502, as too heavy ones do.
  ///
  /// @param aliases 1 or more
  public synchronized void maxAliases(int aliases) {
    if (aliases < 1) {
      throw new IllegalArgumentException("maxAliases must be 1 or more, not " + aliases);
    }
    maxAliases = aliases;
  }

  /// Removes all rules and limits; what was injected stays recorded.
  public synchronized void clear() {
    entries.clear();
    maxAliases = Integer.MAX_VALUE;
  }

  /// The rules, in the order in which they are asked.
  public synchronized List<String> rules() {
    return entries.stream().map(entry -> entry.operation() + " " + entry.fault()).toList();
  }

  /// Every fault met so far, oldest first.
  public synchronized List<Injection> injected() {
    return List.copyOf(injected);
  }

  /// The fault a request meets. Asked once per request.
  ///
  /// @param aliases how many aliased objects a GraphQL query asks for
  public synchronized Optional<Fault> strike(Operation request, int aliases) {
    Optional<Fault> struck =
        entries.stream()
            .filter(entry -> entry.operation().includes(request) && entry.fault().fits(request))
            .filter(entry -> entry.rule().strikes())
            .map(Entry::fault)
            .findFirst();
    if (struck.isEmpty() && aliases > maxAliases) {
      struck = Optional.of(new Fault.Status(502));
    }
    struck.ifPresent(fault -> injected.add(new Injection(request, fault)));
    return struck;
  }
}
