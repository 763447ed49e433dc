package dev.backstitch.loadtest.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Threads that read and wait without a pause, as many pages and scripts do.
final class Readers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WAITING = Duration.ofMillis(50);

  private final List<Thread> threads = new ArrayList<>();
  private final List<AtomicInteger> answers = new ArrayList<>();
  private final Queue<RuntimeException> errors = new ConcurrentLinkedQueue<>();
  private volatile boolean stopping;

  private Readers() {}

  static Readers of(Orchestrator engine, RunId run, int count) {
    Readers readers = new Readers();
    for (int i = 0; i < count; i++) {
      AtomicInteger own = new AtomicInteger();
      readers.answers.add(own);
      readers.threads.add(
          Thread.ofPlatform().name("reader-" + i).start(() -> readers.read(engine, run, own)));
    }
    return readers;
  }

  private void read(Orchestrator engine, RunId run, AtomicInteger answered) {
    while (!stopping) {
      try {
        assertThat(engine.describe(run)).isPresent();
        assertThat(engine.history(run, 0, 100).events()).isNotEmpty();
        assertThat(engine.result(run, WAITING)).isPresent();
        answered.incrementAndGet();
      } catch (RuntimeException e) {
        errors.add(e);
      }
    }
  }

  /// Waits until each of them has had so many more answers.
  void awaitAnswers(int more) {
    List<Integer> before = answers.stream().map(AtomicInteger::get).toList();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(answers)
                .allSatisfy(answered ->
                    assertThat(answered.get())
                        .isGreaterThanOrEqualTo(before.get(answers.indexOf(answered)) + more)));
  }

  /// What they got instead of answers.
  List<RuntimeException> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() {
    stopping = true;
    try {
      for (Thread thread : threads) {
        thread.join(PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
