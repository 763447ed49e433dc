package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.PostVersion;
import dev.backstitch.orchestrator.workflow.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A target that keeps what it is posted, and answers as it is told.
final class Wall implements PostTarget {
  private final List<Item> shown = new ArrayList<>();
  private final AtomicBoolean loseNextAnswer = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile Runnable meanwhile = () -> {};
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile PostOutcome answer = new PostOutcome.Delivered(null);
  private final @Nullable QuotaUse quota;
  private final List<Permit> permits = new CopyOnWriteArrayList<>();

  Wall() {
    this(null);
  }

  /// @param quota what every delivery and question uses
  Wall(@Nullable QuotaUse quota) {
    this.quota = quota;
  }

  @Override
  public @Nullable QuotaUse quota(Target target, boolean asks) {
    return quota;
  }

  /// What deliveries and questions came with.
  List<Permit> permits() {
    return permits;
  }

  /// Nothing is shown until the latch is down.
  CountDownLatch hold() {
    gate = new CountDownLatch(1);
    return gate;
  }

  void open() {
    gate.countDown();
  }

  void answer(PostOutcome newAnswer) {
    answer = newAnswer;
  }

  void loseNextAnswer() {
    loseNextAnswer.set(true);
  }

  /// The same, and something happens meanwhile.
  void loseNextAnswer(Runnable event) {
    meanwhile = event;
    loseNextAnswer.set(true);
  }

  int asked() {
    return asked.get();
  }

  int atOnce() {
    return atOnce.get();
  }

  int mostAtOnce() {
    return mostAtOnce.get();
  }

  synchronized void clear() {
    shown.clear();
  }

  synchronized List<String> shown(String key) {
    return shown.stream().filter(item -> item.key().equals(key)).map(Item::contentJson).toList();
  }

  synchronized List<PostVersion> versions(String key) {
    return shown.stream().filter(item -> item.key().equals(key)).map(Item::version).toList();
  }

  @Override
  public List<PostOutcome> deliver(Delivery delivery) throws Exception {
    permits.add(delivery.permit());
    mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
    try {
      gate.await();
      PostOutcome now = answer;
      if (now instanceof PostOutcome.Delivered) {
        synchronized (this) {
          shown.addAll(delivery.items());
        }
      }
      if (loseNextAnswer.getAndSet(false)) {
        meanwhile.run();
        throw new TimeoutException("the answer is lost");
      }
      return delivery.items().stream().map(_ -> now).toList();
    } finally {
      atOnce.decrementAndGet();
    }
  }

  @Override
  public synchronized List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) {
    permits.add(permit);
    asked.addAndGet(doubts.size());
    return doubts.stream()
        .map(doubt ->
            versions(doubt.key()).contains(doubt.version()) ? ReadBack.LANDED : ReadBack.ABSENT)
        .toList();
  }
}
