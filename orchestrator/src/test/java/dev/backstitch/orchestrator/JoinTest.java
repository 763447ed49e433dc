package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A worker that joins while another has all the runs.
final class JoinTest {
  private static final int RUNS = 400;

  private final TestDatabase database = TestDatabase.create();
  private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
  private final AtomicBoolean enough = new AtomicBoolean();

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  /// Takes a step now and then until it is told that it is enough.
  static final class Rounds implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer number) {
      int rounds = 0;
      while (run.call(new Echo(number + " " + rounds)).equals("more")) {
        rounds++;
        run.sleep(Duration.ofMillis(700));
      }
      return rounds;
    }
  }

  private void rounds(Registry registry) {
    registry.workflow("rounds", Rounds::new);
    registry.activity(
        Echo.class,
        (call, _) -> {
          effects.computeIfAbsent(call.text(), _ -> new AtomicInteger()).incrementAndGet();
          return enough.get() ? "enough" : "more";
        },
        o -> o);
  }

  @Test
  void runs_move_to_a_worker_that_joins_and_nothing_is_done_twice() throws Exception {
    List<RunId> ids = new ArrayList<>();
    try (Engine first = Engine.on(database, this::rounds)) {
      for (int i = 0; i < RUNS; i++) {
        ids.add(first.start("rounds", Integer.toString(i)));
      }
      assertThat(first.orchestrator.metrics().runsInMemory()).isEqualTo(RUNS);

      try (Engine second = Engine.on(database, this::rounds)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> second.orchestrator.metrics().runsInMemory() >= RUNS / 4);
        enough.set(true);

        for (RunId id : ids) {
          second.resultOf(id);
        }
      }
    }
    assertThat(effects.values()).allMatch(count -> count.get() == 1);
  }
}
