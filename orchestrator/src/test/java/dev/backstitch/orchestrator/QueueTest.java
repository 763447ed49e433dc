package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.QueueLimits;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.run.StartResult;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who runs what, and what comes first.
final class QueueTest {
  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  static final class Say implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String text) {
      return run.call(new Echo(text));
    }
  }

  private static Consumer<Registry> saying(Consumer<String> handler) {
    return registry -> {
      registry.workflow("say", Say::new);
      registry.activity(
          Echo.class,
          (call, _) -> {
            handler.accept(call.text());
            return call.text();
          },
          options -> options.withInFlight(2));
    };
  }

  private static OrchestratorConfig serving(String... queues) {
    return Engine.config().withQueues(Stream.of(queues).map(QueueLimits::of).toList());
  }

  private static StartRequest say(String text) {
    return new StartRequest("say", null, Payload.ofJson('"' + text + '"'));
  }

  @Test
  void a_run_waits_for_a_worker_that_serves_its_queue() {
    try (Engine front = Engine.on(database, serving("front"), saying(_ -> {}))) {
      RunId id = front.orchestrator.start(say("hello").in("back")).runId();
      RunId own = front.orchestrator.start(say("mine").in("front")).runId();

      // Its own run shows that it works.
      assertThat(front.resultOf(own)).isEqualTo("\"mine\"");
      Run waiting = front.orchestrator.describe(id).orElseThrow();
      assertThat(waiting.queue()).isEqualTo("back");
      assertThat(waiting.workerId()).isNull();
      assertThat(front.types(id)).containsExactly("RunStarted");

      try (Engine back = Engine.on(database, serving("back"), saying(_ -> {}))) {
        assertThat(back.resultOf(id)).isEqualTo("\"hello\"");
        assertThat(front.resultOf(id)).isEqualTo("\"hello\"");
      }
    }
  }

  @Test
  void a_flood_in_one_queue_does_not_make_another_wait() throws Exception {
    CountDownLatch flooded = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    Consumer<String> handler =
        text -> {
          if (text.startsWith("flood")) {
            flooded.countDown();
            await(go);
          }
        };
    try (Engine engine = Engine.on(database, serving("bulk", "live"), saying(handler))) {
      List<RunId> flood = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        flood.add(engine.orchestrator.start(say("flood " + i).in("bulk")).runId());
      }
      assertThat(flooded.await(20, TimeUnit.SECONDS)).isTrue();

      RunId live = engine.orchestrator.start(say("now").in("live")).runId();

      assertThat(engine.resultOf(live)).isEqualTo("\"now\"");
      go.countDown();
      for (RunId id : flood) {
        assertThat(engine.resultOf(id)).startsWith("\"flood");
      }
    }
  }

  @Test
  void of_runs_that_wait_the_highest_priority_is_taken_first_then_the_oldest() {
    List<RunId> ids = new ArrayList<>();
    try (Engine starter = Engine.on(database, serving("other"), saying(_ -> {}))) {
      for (int priority : new int[] {5, 0, 9, 5, 9}) {
        StartRequest request = say(priority + " " + ids.size()).withPriority(priority);
        ids.add(starter.orchestrator.start(request).runId());
      }
    }
    var order = new ConcurrentLinkedQueue<String>();
    OrchestratorConfig oneAtATime = serving("default").withRunsInMemory(1);

    try (Engine engine = Engine.on(database, oneAtATime, saying(order::add))) {
      for (RunId id : ids) {
        engine.resultOf(id);
      }
    }

    assertThat(order).containsExactly("9 2", "9 4", "5 0", "5 3", "0 1");
  }

  @Test
  void a_key_is_held_across_queues_also_by_a_run_that_nobody_has_yet() {
    try (Engine front = Engine.on(database, serving("front"), saying(_ -> {}))) {
      StartRequest request =
          new StartRequest("say", "the key", Payload.ofJson("\"hello\"")).in("back");
      StartResult first = front.orchestrator.start(request);

      assertThat(front.orchestrator.start(request))
          .isEqualTo(new StartResult.AlreadyOpen(first.runId()));
      assertThat(front.orchestrator.start(request.in("front")))
          .isEqualTo(new StartResult.AlreadyOpen(first.runId()));
    }
  }

  @Test
  void a_worker_whose_memory_is_full_leaves_a_new_run_to_others() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Consumer<String> handler =
        text -> {
          if (text.equals("busy")) {
            busy.countDown();
            await(go);
          }
        };
    OrchestratorConfig small = Engine.config().withRunsInMemory(1);
    try (Engine full = Engine.on(database, small, saying(handler))) {
      RunId first = full.orchestrator.start(say("busy")).runId();
      busy.await();

      RunId second = full.orchestrator.start(say("second")).runId();

      assertThat(full.types(second)).containsExactly("RunStarted");
      try (Engine other = Engine.on(database, small, saying(_ -> {}))) {
        assertThat(other.resultOf(second)).isEqualTo("\"second\"");
      }
      go.countDown();
      assertThat(full.resultOf(first)).isEqualTo("\"busy\"");
    }
  }

  @Test
  void more_starts_than_the_bound_are_refused_and_nothing_of_them_is_written() throws Exception {
    OrchestratorConfig one = Engine.config().withStartsAtOnce(1);
    try (Sql lock = Sql.on(database);
        Engine engine = Engine.on(database, one, saying(_ -> {}))) {
      lock.begin();
      lock.execute("lock table backstitch.run in share row exclusive mode");
      CompletableFuture<StartResult> first =
          CompletableFuture.supplyAsync(() -> engine.orchestrator.start(say("first")));
      try (Sql watch = Sql.on(database)) {
        watch.awaitWaitingFlush();
      }

      assertThatThrownBy(() -> engine.orchestrator.start(say("second")))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("BST-RUN-007");
      lock.commit();

      assertThat(engine.resultOf(first.get().runId())).isEqualTo("\"first\"");
      assertThat(engine.resultOf(engine.orchestrator.start(say("third")).runId()))
          .isEqualTo("\"third\"");
      assertThat(lock.rows("select count(*) from backstitch.run")).containsExactly("2");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
