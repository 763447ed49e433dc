package dev.backstitch.orchestrator.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.workflow.Promise;
import dev.backstitch.orchestrator.workflow.RunContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines of workflow code: how they end, and what they can't do.
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
final class FiberTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_error_of_the_machine_is_neither_swallowed_nor_the_runs_failure(boolean aside) {
    assertThatThrownBy(() ->
            Scripted.start(context -> {
              if (aside) {
                return context.async(FiberTest::cannotLoad).get();
              }
              return cannotLoad();
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("NoClassDefFoundError: some/Missing")
        .hasCauseInstanceOf(NoClassDefFoundError.class);
  }

  private static String cannotLoad() {
    throw new NoClassDefFoundError("some/Missing");
  }

  @Test
  void what_side_code_throws_reaches_whoever_waits_for_it_unchanged() {
    SimulatedRun run =
        Scripted.start(context -> {
          Promise<String> asserting =
              context.async(() -> {
                throw new AssertionError("side");
              });
          Promise<String> throwing =
              context.async(() -> {
                throw new IllegalArgumentException("other side");
              });
          return thrownBy(asserting) + ", " + thrownBy(throwing);
        });

    assertThat(run.history().getLast().event())
        .isEqualTo(
            Scripted.returned(
                "java.lang.AssertionError: side,"
                    + " java.lang.IllegalArgumentException: other side"));
  }

  private static String thrownBy(Promise<String> promise) {
    try {
      return promise.get();
    } catch (IllegalArgumentException | AssertionError e) {
      return e.toString();
    }
  }

  @Test
  void endless_recursion_fails_the_run_and_nothing_else() {
    SimulatedRun run = Scripted.start(context -> recurse(context, 1));

    assertThat(run.history().getLast().event())
        .isInstanceOfSatisfying(
            Event.RunFailed.class,
            failed -> assertThat(failed.failure().type()).isEqualTo("StackOverflowError"));
  }

  private static String recurse(RunContext context, int depth) {
    return depth < 0 ? "" : recurse(context, depth + 1) + context.id();
  }

  @Test
  void code_that_catches_exceptions_around_a_call_does_not_notice_that_its_run_has_left()
      throws Exception {
    AtomicInteger caught = new AtomicInteger();
    CountDownLatch ended = new CountDownLatch(1);
    SimulatedRun run =
        Scripted.start(context -> {
          try {
            return context.call(new Ask("never answered"));
          } catch (RuntimeException e) {
            caught.incrementAndGet();
            throw e;
          } finally {
            ended.countDown();
          }
        });

    run.replayer().abandon();

    assertThat(ended.await(10, TimeUnit.SECONDS)).as("what it holds is freed").isTrue();
    assertThat(caught).hasValue(0);
  }

  @Test
  void code_that_catches_everything_and_tries_again_is_silenced() {
    AtomicInteger tries = new AtomicInteger();
    SimulatedRun run =
        Scripted.start(context -> {
          while (true) {
            tries.incrementAndGet();
            try {
              context.call(new Ask("never answered"));
            } catch (Throwable e) {
              // What such code deserves is the point of this test.
            }
          }
        });

    run.replayer().abandon();

    await().untilAtomic(tries, org.hamcrest.Matchers.greaterThanOrEqualTo(100));
    await()
        .during(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(10))
        .until(() -> tries.get() < 110);
  }

  @Test
  void a_run_that_leaves_before_its_code_ever_ran_leaves_no_thread_behind() {
    Replayer replayer =
        new Replayer(Scripted.ID, Scripted.catalog(_ -> "unused"), SimulatedRun.CODEC);

    replayer.abandon();

    assertThat(replayer.replay(List.of())).isEmpty();
  }

  @Test
  void an_interrupt_of_the_driver_is_kept_for_whoever_asked_for_it() {
    SimulatedRun run = Scripted.start(context -> context.call(new Ask("first")));

    Thread.currentThread().interrupt();
    run.happen(Scripted.answer(1));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(run.isOver()).isTrue();
  }

  @Test
  void a_run_can_only_be_used_by_its_own_code() {
    RunContext[] leaked = new RunContext[1];
    Scripted.start(context -> {
      leaked[0] = context;
      return context.call(new Ask("first"));
    });

    assertThatThrownBy(() -> leaked[0].start(new Ask("from outside")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(Scripted.ID.toString())
        .hasMessageContaining("used from outside its own code");
  }

  @Test
  void a_promise_of_another_run_is_refused() {
    Promise<?>[] leaked = new Promise<?>[1];
    Scripted.start(context -> {
      leaked[0] = context.start(new Ask("of the first run"));
      return context.call(new Ask("wait"));
    });

    SimulatedRun second =
        Scripted.start(
            context -> "" + context.race(List.of(leaked[0], context.start(new Ask("x")))));

    assertThat(second.history().getLast().event())
        .isInstanceOfSatisfying(
            Event.RunFailed.class,
            failed -> assertThat(failed.failure().message()).contains("another run"));
  }
}
