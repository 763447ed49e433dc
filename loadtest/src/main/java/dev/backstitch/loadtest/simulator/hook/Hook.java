package dev.backstitch.loadtest.simulator.hook;

import dev.backstitch.api.webhook.WebhookSecret;
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
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// One webhook of the repository: sends events to an address and keeps the log. Thread-safe.
public final class Hook implements AutoCloseable {
  /// GitHub gives a receiver ten seconds.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int AT_ONCE = 16;
  private static final int MOST_KEPT = 20_000;

  private final long id;
  private final URI address;
  private final WebhookSecret secret;
  private final HookTrouble trouble;
  private final SimulatorClock clock;
  private final Random random;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore atOnce = new Semaphore(AT_ONCE, true);
  private final AtomicLong nextDelivery = new AtomicLong(10_000_000_000L);
  private final Deque<HookDelivery> log = new ArrayDeque<>();

  /// A hook that sends nothing yet.
  ///
  /// @param secret what deliveries are signed with
  public Hook(long id, URI address, String secret, HookTrouble trouble, SimulatorClock clock) {
    this.id = id;
    this.address = address;
    this.secret = WebhookSecret.of(secret);
    this.trouble = trouble;
    this.clock = clock;
    this.random = new Random(trouble.seed());
  }

  public long id() {
    return id;
  }

  public URI address() {
    return address;
  }

  /// Has an event sent, soon and on another thread.
  public synchronized void tell(HookEvent event) {
    String guid = new UUID(random.nextLong(), random.nextLong()).toString();
    boolean lost = random.nextDouble() < trouble.lost();
    boolean doubled = random.nextDouble() < trouble.doubled();
    Duration delay = random.nextDouble() < trouble.late() ? trouble.delay() : Duration.ZERO;
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

  /// The log, newest first.
  public synchronized List<HookDelivery> deliveries() {
    return List.copyOf(log);
  }

  private void send(String guid, boolean again, Duration delay, HookEvent event) {
    try {
      Thread.sleep(delay);
      atOnce.acquire();
      try {
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
        HttpRequest.newBuilder(address)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .header("User-Agent", "GitHub-Hookshot/simulated")
            .header("X-GitHub-Event", event.name())
            .header("X-GitHub-Delivery", guid)
            .header("X-GitHub-Hook-ID", Long.toString(id))
            .header("X-Hub-Signature-256", secret.sign(event.payload().bytes()))
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
