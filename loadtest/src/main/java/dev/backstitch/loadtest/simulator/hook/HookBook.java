package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The webhooks of the base repository, and those of Apps. Thread-safe.
public final class HookBook implements AutoCloseable {
  private static final long FIRST_ID = 500_000_001L;
  private static final long FIRST_OF_AN_APP = 600_000_001L;

  private final SimulatorClock clock;
  private final Consumer<HookEvent> inspector;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final Map<Long, Hook> ofApps = new ConcurrentHashMap<>();

  /// @param inspector sees every event before it is sent, on the sender's thread
  public HookBook(SimulatorClock clock, Consumer<HookEvent> inspector) {
    this.clock = clock;
    this.inspector = inspector;
  }

  /// Adds a webhook, which is told of everything it wants from now on.
  public synchronized Hook add(Subscription subscription) {
    var hook = new Hook(FIRST_ID + hooks.size(), subscription, clock, inspector);
    hooks.add(hook);
    return hook;
  }

  /// Gives an App its webhook, in place of the one that it had.
  public synchronized Hook addForApp(long appId, Subscription subscription) {
    var hook = new Hook(FIRST_OF_AN_APP + ofApps.size(), subscription, clock, inspector);
    Hook before = ofApps.put(appId, hook);
    if (before != null) {
      before.close();
    }
    return hook;
  }

  /// The webhook of an App.
  public Optional<Hook> ofApp(long appId) {
    return Optional.ofNullable(ofApps.get(appId));
  }

  /// The Apps that have one.
  public Set<Long> apps() {
    return Set.copyOf(ofApps.keySet());
  }

  /// In the order in which they were added.
  public List<Hook> all() {
    return List.copyOf(hooks);
  }

  public Optional<Hook> find(long id) {
    return hooks.stream().filter(hook -> hook.id() == id).findFirst();
  }

  /// An instant of the log, as clients are told it.
  public Instant shown(Instant instant) {
    return clock.shown(instant);
  }

  /// Whether anybody is told such events.
  public boolean hears(String event) {
    return Stream.concat(hooks.stream(), ofApps.values().stream())
        .anyMatch(hook -> hook.hears(event));
  }

  /// Tells every hook of the repository.
  public void tell(HookEvent event) {
    hooks.forEach(hook -> hook.tell(event));
  }

  @Override
  public void close() {
    hooks.forEach(Hook::close);
    ofApps.values().forEach(Hook::close);
  }
}
