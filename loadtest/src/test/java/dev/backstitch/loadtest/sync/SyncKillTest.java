package dev.backstitch.loadtest.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.activities.GitHubModule;
import dev.backstitch.loadtest.simulator.GitHubSimulator;
import dev.backstitch.loadtest.simulator.SimulatorConfig;
import dev.backstitch.loadtest.simulator.fault.Operation;
import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// `kill -9` at every recorded point of a sync, twice at each: once with the flush undone, once
/// with it committed and the acknowledgement lost.
final class SyncKillTest {
  private static final int STUDENTS = 4;

  private int kills;

  @Test
  void a_sync_killed_at_every_point_ends_with_one_commit_and_repeats_nothing_recorded()
      throws Exception {
    try (TestDatabase database = TestDatabase.create();
        GitHubSimulator simulator =
            GitHubSimulator.start(SimulatorConfig.withoutLatency().withStudents(STUDENTS))) {
      RunId runId = startAndStop(database, simulator);
      int commitsBefore = simulator.world().trackerCommits().size();

      Map<Integer, Long> askedWhenRecorded = killUntilClosed(database, simulator);

      try (Orchestrator orchestrator = open(database, simulator)) {
        assertThat(orchestrator.result(runId, Duration.ZERO))
            .get()
            .isInstanceOf(RunResult.Completed.class);
        List<RecordedEvent> history = orchestrator.history(runId, 0, 1_000).events();
        assertWellFormed(history);
        assertThat(askedWhenRecorded).as("reads after they were all recorded").isNotEmpty();
        long readsInAll = reads(simulator);
        int lastRead = lastReadSeq(history);
        askedWhenRecorded.forEach((seq, reads) -> {
          if (seq >= lastRead) {
            assertThat(reads).as("list and fetch requests at seq %d", seq).isEqualTo(readsInAll);
          }
        });
      }
      assertThat(kills).as("kills").isGreaterThan(5);
      assertThat(simulator.world().trackerCommits().size() - commitsBefore).isEqualTo(1);
      assertThat(simulator.world().trackerDifferences()).isEmpty();
    }
  }

  /// Starts the run while the simulator is down, so that nothing but its start is recorded.
  private static RunId startAndStop(TestDatabase database, GitHubSimulator simulator) {
    simulator.goDown();
    try (Orchestrator orchestrator = open(database, simulator)) {
      return orchestrator
          .start(
              new StartRequest(
                  "progress-sync",
                  simulator.repository(),
                  Payload.ofJson("{\"repository\":\"" + simulator.repository() + "\"}")))
          .runId();
    } finally {
      simulator.comeBack();
    }
  }

  /// @return how many list and fetch requests there had been, by the last recorded seq
  private Map<Integer, Long> killUntilClosed(TestDatabase database, GitHubSimulator simulator)
      throws Exception {
    Map<Integer, Long> asked = new HashMap<>();
    try (HeldFlush flush = new HeldFlush(database)) {
      boolean commits = false;
      while (true) {
        flush.holdAt(flush.lastSeq() + 1);
        try (SyncProcess process = SyncProcess.start(address(database), simulator)) {
          OptionalInt held = flush.awaitHeld();
          if (held.isEmpty()) {
            return asked;
          }
          process.kill();
          kills++;
          if (commits) {
            flush.letItCommit(held.getAsInt());
            asked.put(flush.lastSeq(), reads(simulator));
          } else {
            flush.undo(held.getAsInt());
          }
          commits = !commits;
        }
      }
    }
  }

  private static void assertWellFormed(List<RecordedEvent> history) {
    assertThat(history.stream().map(RecordedEvent::seq))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, history.size()).boxed().toList());
    assertThat(history.getFirst().event()).isInstanceOf(Event.RunStarted.class);
    assertThat(history.getLast().event()).isInstanceOf(Event.RunCompleted.class);
    Set<Integer> answered = new HashSet<>();
    for (RecordedEvent recorded : history) {
      if (recorded.event() instanceof Event.OutcomeEvent outcome) {
        assertThat(answered.add(outcome.ordinal()))
            .as("one outcome for command %d", outcome.ordinal())
            .isTrue();
      }
    }
  }

  /// The seq of the last file's outcome: from there on nothing needs to be read any more.
  private static int lastReadSeq(List<RecordedEvent> history) {
    Set<Integer> fetches = new HashSet<>();
    int last = 0;
    for (RecordedEvent recorded : history) {
      if (recorded.event() instanceof Event.ActivityScheduled scheduled
          && scheduled.activity().equals("FetchFile")) {
        fetches.add(scheduled.ordinal());
      }
      if (recorded.event() instanceof Event.OutcomeEvent outcome
          && fetches.contains(outcome.ordinal())) {
        last = recorded.seq();
      }
    }
    return last;
  }

  private static long reads(GitHubSimulator simulator) {
    return simulator.counts().of(Operation.LIST_HEADS)
        + simulator.counts().of(Operation.FETCH_FILES);
  }

  private static DatabaseAddress address(TestDatabase database) {
    return new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
  }

  private static Orchestrator open(TestDatabase database, GitHubSimulator simulator) {
    return Orchestrator.open(
        OrchestratorConfig.defaults().withDrain(Duration.ZERO),
        address(database),
        List.of(new GitHubModule()),
        SyncScenarios.settings(simulator));
  }
}
