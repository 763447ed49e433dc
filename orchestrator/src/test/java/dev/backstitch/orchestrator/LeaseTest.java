package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two engines on one database: who may write, and how that right ends.
final class LeaseTest {
  /// A minute between heartbeats and looks: a session that is cut is not mended before it is
  /// noticed.
  private static final OrchestratorConfig SLOW_HEART =
      Engine.config().withLease(Duration.ofMinutes(10)).withDetectInterval(Duration.ofMinutes(1));

  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Greet implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      return run.call(new Echo(input));
    }
  }

  private static Consumer<Registry> greetAs(
      String name, CountDownLatch running, CountDownLatch go) {
    return registry -> {
      registry.workflow("greet", Greet::new);
      registry.activity(
          Echo.class,
          (call, _) -> {
            running.countDown();
            awaitThroughInterrupts(go);
            return call.text() + " by " + name;
          },
          o -> o);
    };
  }

  /// A process that is frozen does not notice that it is interrupted either.
  private static void awaitThroughInterrupts(CountDownLatch go) {
    while (true) {
      try {
        go.await();
        return;
      } catch (InterruptedException ignored) {
        // Frozen.
      }
    }
  }

  @Test
  void a_worker_that_was_taken_over_records_nothing_more_and_is_replaced() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch thaw = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(0);
    try (Sql sql = Sql.on(database);
        Engine frozen = Engine.on(database, SLOW_HEART, greetAs("frozen", running, thaw))) {
      RunId id = frozen.start("greet", "\"hello\"");
      running.await();
      sql.cut("session");

      try (Engine taker = Engine.on(database, greetAs("taker", new CountDownLatch(1), open))) {
        assertThat(taker.resultOf(id)).isEqualTo("\"hello by taker\"");
        thaw.countDown();

        // It must begin anew before it can start anything.
        RunId next = frozen.start("greet", "\"again\"");

        assertThat(frozen.resultOf(next)).contains("again by");
        assertThat(taker.types(id))
            .containsExactly(
                "RunStarted", "ActivityScheduled", "ActivityCompleted", "RunCompleted");
        assertThat(sql.rows("select end_reason from backstitch.worker where ended_at is not null"))
            .singleElement()
            .asString()
            .startsWith("taken over by");
        assertThat(sql.rows("select workflow from backstitch.run")).hasSize(2);
      }
    }
  }

  @Test
  void a_takeover_waits_for_a_flush_in_progress_and_sees_what_it_wrote() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (Sql lock = Sql.on(database);
        Sql sql = Sql.on(database);
        Engine first = Engine.on(database, SLOW_HEART, greetAs("first", running, go))) {
      RunId id = first.start("greet", "\"hello\"");
      running.await();
      lock.begin();
      lock.execute("select from backstitch.run where run_id = " + id.value() + " for update");
      go.countDown();
      sql.awaitWaiting(1);
      sql.cut("session");

      try (Engine second = Engine.on(database, greetAs("second", running, go))) {
        sql.awaitWaiting(2);
        assertThat(sql.rows("select ended_at from backstitch.worker where ended_at is not null"))
            .isEmpty();
        lock.commit();

        assertThat(second.resultOf(id)).isEqualTo("\"hello by first\"");
        assertThat(second.types(id)).hasSize(4);
      }
    }
  }

  static final class Nap implements Workflow<Integer, String> {
    @Override
    public String run(RunContext run, Integer millis) {
      run.sleep(Duration.ofMillis(millis));
      return run.call(new Echo("run " + run.id()));
    }
  }

  @Test
  void two_engines_share_parked_runs_and_every_effect_happens_once() {
    Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
    AtomicInteger byStarter = new AtomicInteger();
    AtomicInteger byFirst = new AtomicInteger();
    AtomicInteger bySecond = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    // None of them can take all runs, and none ends one before the other has one, too.
    OrchestratorConfig narrow =
        Engine.config()
            .withQueues(List.of(QueueLimits.of(QueueLimits.DEFAULT_QUEUE).withRunsInMemory(300)));
    List<RunId> ids = new ArrayList<>();
    try (Engine starter = Engine.on(database, naps(effects, byStarter, new CountDownLatch(0)))) {
      for (int i = 0; i < 500; i++) {
        ids.add(starter.start("nap", "4000"));
      }
    }

    try (Engine first = Engine.on(database, narrow, naps(effects, byFirst, both));
        Engine second = Engine.on(database, narrow, naps(effects, bySecond, both))) {
      for (RunId id : ids) {
        assertThat(first.resultOf(id)).isEqualTo("\"run " + id + "\"");
      }

      assertThat(effects).hasSize(500);
      assertThat(effects.values()).allMatch(count -> count.get() == 1);
      assertThat(byStarter.get() + byFirst.get() + bySecond.get()).isEqualTo(500);
      assertThat(byFirst.get()).isPositive();
      assertThat(bySecond.get()).isPositive();
      assertThat(first.orchestrator.metrics().cacheMisses()).isEqualTo(byFirst.get());
      assertThat(second.orchestrator.metrics().cacheMisses()).isEqualTo(bySecond.get());
    }
  }

  /// @param both counts the engines that have begun, and opens when all have
  private static Consumer<Registry> naps(
      Map<String, AtomicInteger> effects, AtomicInteger count, CountDownLatch both) {
    return registry -> {
      registry.workflow("nap", Nap::new);
      registry.activity(
          Echo.class,
          (call, _) -> {
            if (count.incrementAndGet() == 1) {
              both.countDown();
            }
            both.await();
            effects.computeIfAbsent(call.text(), _ -> new AtomicInteger()).incrementAndGet();
            return call.text();
          },
          o -> o);
    };
  }
}
