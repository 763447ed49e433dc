package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// One webhook of the repository: sends events to an address and keeps the log. Thread-safe.
public final class Hook implements AutoCloseable {
  /// GitHub gives a receiver ten seconds.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int AT_ONCE = 16;
  private static final int MOST_KEPT = 20_000;

  /// What is larger GitHub does not send, and no log tells of it.
  private static final int MOST_BYTES = 25 * 1024 * 1024;

  /// https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
  private static final Duration KEPT = Duration.ofDays(3);

  private final long id;
  private final Subscription subscription;
  private final SimulatorClock clock;
  private final Consumer<HookEvent> inspector;
  private final Instant since;
  private HookTrouble trouble;
  private Random random;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore atOnce = new Semaphore(AT_ONCE, true);
  private final AtomicLong nextDelivery = new AtomicLong(10_000_000_000L);
  private final Deque<HookDelivery> log = new ArrayDeque<>();

  /// A hook that sends nothing yet.
  ///
  /// @param inspector sees every event before it is sent, on the sender's thread
  Hook(long id, Subscription subscription, SimulatorClock clock, Consumer<HookEvent> inspector) {
    this.id = id;
    this.subscription = subscription;
    this.clock = clock;
    this.inspector = inspector;
    this.since = clock.now();
    this.trouble = subscription.trouble();
    this.random = new Random(trouble.seed());
  }

  public long id() {
    return id;
  }

  public URI address() {
    return subscription.address();
  }

  /// Whether it is told such events.
  boolean hears(String event) {
    return subscription.includes(event);
  }

  /// The names of the events it is told, or `*`.
  public Set<String> events() {
    return subscription.events();
  }

  /// When it was added.
  public Instant since() {
    return since;
  }

  /// From now on other things go wrong, decided by the new seed.
  public synchronized void trouble(HookTrouble next) {
    trouble = next;
    random = new Random(next.seed());
  }

  /// Has an event sent, soon and on another thread, if it is one of those that it is told.
  public synchronized void tell(HookEvent event) {
    if (!hears(event.name()) || event.payload().size() > MOST_BYTES) {
      return;
    }
    String guid = new UUID(random.nextLong(), random.nextLong()).toString();
    boolean lost = random.nextDouble() < trouble.lost();
    boolean doubled = random.nextDouble() < trouble.doubled();
    Duration delay = random.nextDouble() < trouble.late() ? trouble.delay() : Duration.ZERO;
    if (trouble.tooLarge() > 0 && random.nextDouble() < trouble.tooLarge()) {
      return;
    }
    if (lost) {
      keep(
          new HookDelivery(
              nextDelivery.incrementAndGet(), guid, clock.now(), false, PATIENCE, 0, event));
      return;
    }
    senders.execute(() -> send(guid, false, delay, event));
    if (doubled) {
      senders.execute(() -> send(guid, false, delay, event));
    }
  }

  /// Has the event of a delivery sent again, under the same guid and without trouble.
  ///
  /// @return whether there is such a delivery
  public boolean redeliver(long delivery) {
    Optional<HookDelivery> found =
        deliveries().stream().filter(one -> one.id() == delivery).findFirst();
    found.ifPresent(
        one -> senders.execute(() -> send(one.guid(), true, Duration.ZERO, one.event())));
    return found.isPresent();
  }

  /// The log of the last three days, newest first. What is older is forgotten, and can't be sent
  /// again.
  public synchronized List<HookDelivery> deliveries() {
    Instant oldest = clock.now().minus(KEPT);
    log.removeIf(delivery -> delivery.deliveredAt().isBefore(oldest));
    return List.copyOf(log);
  }

  private void send(String guid, boolean again, Duration delay, HookEvent event) {
    try {
      Thread.sleep(delay);
      atOnce.acquire();
      try {
        inspector.accept(event);
        Instant begin = clock.now();
        int status = post(guid, event);
        Duration took = Duration.between(begin, clock.now());
        long delivery = nextDelivery.incrementAndGet();
        keep(new HookDelivery(delivery, guid, begin, again, took, status, event));
      } finally {
        atOnce.release();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private int post(String guid, HookEvent event) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address())
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("User-Agent", "GitHub-Hookshot/simulated")
            .header("X-GitHub-Event", event.name())
            .header("X-GitHub-Delivery", guid)
            .header("X-GitHub-Hook-ID", Long.toString(id))
            .header("X-Hub-Signature-256", subscription.secret().sign(event.payload().bytes()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(event.payload().bytes()))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException nobodyAnswered) {
      return 0;
    }
  }

  private synchronized void keep(HookDelivery delivery) {
    log.addFirst(delivery);
    if (log.size() > MOST_KEPT) {
      log.removeLast();
    }
  }

  @Override
  public void close() {
    senders.shutdownNow();
    http.shutdownNow();
  }
}
