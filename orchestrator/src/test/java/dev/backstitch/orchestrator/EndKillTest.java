package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.EndingProgram.Ends;
import dev.backstitch.orchestrator.EndingProgram.Stop;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.outbox.RunPost.Fate;
import dev.backstitch.orchestrator.run.Run;
import dev.backstitch.orchestrator.run.RunFilter;
import dev.backstitch.orchestrator.run.RunStore;
import dev.backstitch.orchestrator.workflow.Ending;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A process that is killed with `kill -9` when four runs are over, each in another way, and no end
/// is marked as shown yet.
final class EndKillTest {
  private static final String RUNNING = "\"RUNNING\"";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"ENDED", "TAKEN", "SENT"})
  void whoever_is_killed_behind_an_end_leaves_it_to_others_to_show_it_once_and_last(Stop stop)
      throws Exception {
    try (TestDatabase database = TestDatabase.create()) {
      int runs = Ending.values().length;
      KilledProgram.run(EndingProgram.class, database, runs, folder.toString(), stop.name());
      Ends ends = new Ends(folder, Stop.NEVER);
      PostReader posts = PostReader.on(database.dataSource());
      List<Run> over =
          Jdbi.create(database.dataSource())
              .withHandle(handle -> RunStore.list(handle, RunFilter.newest(runs)));
      for (Run run : over) {
        assertThat(ends.shown(ending(run))).as("left of %s", run).isEqualTo(left(stop, run));
        assertThat(posts.ofRun(run.id(), 10))
            .extracting(RunPost::fate)
            .containsExactly(
                stop == Stop.ENDED ? Fate.DELIVERING : Fate.DELIVERED,
                stop == Stop.ENDED ? Fate.RECORDED : Fate.DELIVERING);
      }

      try (Orchestrator next = EndingProgram.open(Engine.address(database), ends)) {
        await()
            .atMost(Engine.PATIENCE)
            .until(() ->
                over.stream()
                    .allMatch(run ->
                        next.posts().ofRun(run.id(), 10).getLast().fate() == Fate.DELIVERED));
      }

      assertThat(over).extracting(EndKillTest::ending).containsExactlyInAnyOrder(Ending.values());
      for (Run run : over) {
        assertThat(ends.shown(ending(run)))
            .as("shown in the end of %s", run)
            .isEqualTo(stop == Stop.ENDED ? List.of(end(run)) : List.of(RUNNING, end(run)));
      }
    }
  }

  /// What a run was told to be is its key.
  private static Ending ending(Run run) {
    Ending ending = Ending.valueOf(Objects.requireNonNull(run.key()));
    assertThat(run.status()).hasToString(ending.name());
    return ending;
  }

  private static String end(Run run) {
    return "\"" + ending(run) + "\"";
  }

  private static List<String> left(Stop stop, Run run) {
    return switch (stop) {
      case ENDED -> List.of();
      case TAKEN -> List.of(RUNNING);
      case SENT -> List.of(RUNNING, end(run));
      case NEVER -> throw new IllegalArgumentException("nobody is killed");
    };
  }
}
