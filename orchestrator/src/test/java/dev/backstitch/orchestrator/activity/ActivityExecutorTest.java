package dev.backstitch.orchestrator.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Attempts: how many run at a time, how long, in which batches, and what is told of them.
final class ActivityExecutorTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @Test
  void no_more_attempts_run_at_a_time_than_the_bound() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore go = new Semaphore(0);
    try (Bench bench =
        new Bench(registry ->
            registry.activity(
                Fetch.class,
                (_, _) -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  go.acquire();
                  running.decrementAndGet();
                  return "done";
                },
                o -> o.withInFlight(3)))) {
      bench.executor.submit(
          IntStream.range(0, 50).mapToObj(i -> bench.attempt(i, 1, "any")).toList());

      go.release(50);
      for (int i = 0; i < 50; i++) {
        assertThat(bench.next()).isInstanceOf(Event.ActivityCompleted.class);
      }

      assertThat(most.get()).isBetween(1, 3);
      assertThat(bench.executor.inFlight()).isZero();
    }
  }

  @Test
  void a_worker_that_may_have_been_taken_for_dead_reads_but_writes_nothing() throws Exception {
    try (Bench reads =
            new Bench(registry ->
                registry.activity(Fetch.class, (_, _) -> "read", o -> o.withEffect(Effect.READ)));
        Bench writes =
            new Bench(registry -> registry.activity(Fetch.class, (_, _) -> "written", o -> o))) {
      reads.mayWrite = false;
      writes.mayWrite = false;
      writes.submit(1, "any");
      reads.submit(1, "any");

      assertThat(reads.next()).isInstanceOf(Event.ActivityCompleted.class);
      assertThat(writes.executor.inFlight()).isEqualTo(1);
      writes.mayWrite = true;
      assertThat(writes.next()).isInstanceOf(Event.ActivityCompleted.class);
    }
  }

  /// A handler that ignores its interrupt can't be ended, but it must not keep the others waiting.
  @Test
  void an_attempt_whose_time_is_over_frees_its_slot() throws Exception {
    AtomicBoolean stubborn = new AtomicBoolean(true);
    CountDownLatch never = new CountDownLatch(1);
    try (Bench bench =
        new Bench(registry ->
            registry.activity(
                Fetch.class,
                (call, _) -> {
                  while (call.number() == 1 && stubborn.get()) {
                    try {
                      never.await();
                    } catch (InterruptedException ignored) {
                      // As stubborn as code can be.
                    }
                  }
                  return "done";
                },
                o -> o.withInFlight(1).withStartToClose(Duration.ofMillis(50))))) {
      bench.submit(1, "any");
      bench.submit(2, "any");

      Event first = bench.next();
      Event second = bench.next();

      assertThat(first)
          .isInstanceOfSatisfying(
              Event.ActivityAttemptFailed.class,
              failed -> assertThat(failed.failure().type()).isEqualTo("timeout"));
      assertThat(second)
          .isInstanceOfSatisfying(
              Event.ActivityCompleted.class, done -> assertThat(done.ordinal()).isEqualTo(2));
      stubborn.set(false);
      never.countDown();
    }
  }

  /// The run's code goes on there, and nobody knows for how long.
  @Test
  void who_keeps_the_thread_of_an_attempt_does_not_keep_its_slot() throws Exception {
    CountDownLatch secondBegan = new CountDownLatch(1);
    AtomicBoolean inVain = new AtomicBoolean();
    try (Bench bench =
        new Bench(registry ->
            registry.activity(
                Fetch.class,
                (call, _) -> {
                  if (call.number() == 2) {
                    secondBegan.countDown();
                  }
                  return "done";
                },
                o -> o.withInFlight(1)))) {
      bench.listening =
          _ -> {
            try {
              inVain.compareAndSet(false, !secondBegan.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          };
      bench.submit(1, "any");
      bench.submit(2, "any");

      bench.next();
      bench.next();

      assertThat(inVain).isFalse();
    }
  }

  @Test
  void an_error_ends_the_attempt_at_once_and_by_its_name() throws Exception {
    try (Bench bench =
        new Bench(registry ->
            registry.activity(
                Fetch.class,
                (_, _) -> {
                  throw new NoClassDefFoundError("some/Missing");
                },
                o -> o.withRetry(RetryPolicy.NEVER)))) {
      bench.submit(1, "any");

      assertThat(bench.next())
          .isInstanceOfSatisfying(
              Event.ActivityFailed.class,
              failed -> assertThat(failed.failure().type()).isEqualTo("NoClassDefFoundError"));
    }
  }

  @Test
  void a_deferral_costs_no_attempt_and_no_slot() throws Exception {
    try (Bench bench =
        new Bench(registry ->
            registry.activity(
                Fetch.class,
                (call, _) -> {
                  if (call.number() == 1) {
                    throw new DeferredException("quota", Duration.ofSeconds(Long.MAX_VALUE));
                  }
                  return "done";
                },
                o -> o.withInFlight(1)))) {
      bench.executor.submit(List.of(bench.attempt(1, 3, "any")));
      bench.submit(2, "any");

      assertThat(bench.next())
          .isInstanceOfSatisfying(
              Event.ActivityDeferred.class,
              deferred -> {
                assertThat(deferred.attempt()).isEqualTo(3);
                assertThat(deferred.reason()).isEqualTo("quota");
                assertThat(deferred.until()).isAfter(bench.now().plus(Duration.ofDays(364)));
              });
      assertThat(bench.next()).isInstanceOf(Event.ActivityCompleted.class);
      assertThat(bench.executor.failures()).isZero();
    }
  }

  @Test
  void a_batch_holds_one_group_and_no_more_than_its_size() throws Exception {
    List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    try (Bench bench = batching(batches, 3, LONG)) {
      bench.executor.submit(
          IntStream.range(0, 12)
              .mapToObj(i -> bench.attempt(i, 1, i % 2 == 0 ? "even" : "odd"))
              .toList());

      for (int i = 0; i < 12; i++) {
        assertThat(bench.next()).isInstanceOf(Event.ActivityCompleted.class);
      }

      assertThat(batches).hasSize(4).allMatch(batch -> batch.size() == 3);
      assertThat(batches).allMatch(batch -> batch.stream().distinct().count() == 1);
    }
  }

  @Test
  void a_batch_that_does_not_fill_up_is_served_after_its_linger() throws Exception {
    List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    try (Bench bench = batching(batches, 100, Duration.ofMillis(20))) {
      bench.executor.submit(List.of(bench.attempt(1, 1, "a"), bench.attempt(2, 1, "a")));

      bench.next();
      bench.next();

      assertThat(batches).containsExactly(List.of("a", "a"));
    }
  }

  private static Bench batching(List<List<String>> batches, int max, Duration linger) {
    return new Bench(registry ->
        registry.batchActivity(
            Fetch.class,
            new BatchPolicy<>(max, linger, Fetch::group),
            items -> {
              batches.add(items.stream().map(item -> item.call().group()).toList());
              return items.stream()
                  .<BatchResult<String>>map(_ -> new BatchResult.Done<>("done"))
                  .toList();
            },
            o -> o));
  }

  @Test
  void a_bad_item_harms_only_itself() throws Exception {
    try (Bench bench =
        new Bench(registry ->
            registry.batchActivity(
                Fetch.class,
                new BatchPolicy<>(4, LONG, ActivityExecutorTest::groupUnlessZero),
                items -> {
                  List<BatchResult<String>> results = new ArrayList<>();
                  for (var item : items) {
                    switch (item.call().number()) {
                      case 1 -> results.add(null);
                      case 2 ->
                          results.add(new BatchResult.Threw<>(new IllegalStateException("two")));
                      default -> results.add(new BatchResult.Done<>("done"));
                    }
                  }
                  return results;
                },
                o -> o.withRetry(RetryPolicy.NEVER)))) {
      bench.executor.submit(
          IntStream.range(0, 5).mapToObj(i -> bench.attempt(i, 1, "any")).toList());

      List<String> seen = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        seen.add(
            switch (bench.next()) {
              case Event.ActivityCompleted done -> done.ordinal() + " done";
              case Event.ActivityFailed failed ->
                  failed.ordinal() + " " + failed.failure().message();
              case Event other -> throw new AssertionError("unexpected " + other);
            });
      }

      assertThat(seen)
          .containsExactlyInAnyOrder(
              "0 no group for zero",
              "1 the batch gave no result for it",
              "2 two",
              "3 done",
              "4 done");
    }
  }

  private static String groupUnlessZero(Fetch call) {
    if (call.number() == 0) {
      throw new IllegalStateException("no group for zero");
    }
    return call.group();
  }

  @Test
  void a_batch_with_the_wrong_number_of_results_failed_as_a_whole() throws Exception {
    try (Bench bench =
        new Bench(registry ->
            registry.batchActivity(
                Fetch.class,
                new BatchPolicy<>(2, LONG, Fetch::group),
                _ -> List.of(new BatchResult.Done<>("only one")),
                o -> o))) {
      bench.executor.submit(List.of(bench.attempt(1, 1, "a"), bench.attempt(2, 1, "a")));

      assertThat(List.of(bench.next(), bench.next()))
          .allSatisfy(event ->
              assertThat(event)
                  .isInstanceOfSatisfying(
                      Event.ActivityAttemptFailed.class,
                      failed ->
                          assertThat(failed.failure().message())
                              .isEqualTo("a batch of 2 calls got 1 results")));
    }
  }

  @Test
  void what_is_submitted_behind_the_end_is_dropped_without_harm() {
    Bench bench = new Bench(registry -> registry.activity(Fetch.class, (_, _) -> "done", o -> o));
    bench.close();

    bench.submit(1, "any");

    assertThat(bench.executor.attempts()).isZero();
  }
}
