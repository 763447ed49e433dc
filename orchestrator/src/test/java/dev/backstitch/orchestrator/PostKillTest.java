package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process that is killed in the middle of a delivery, with `kill -9`.
final class PostKillTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"taken", "sent"})
  void whoever_is_killed_in_a_delivery_leaves_a_doubt_that_is_settled_into_one_effect(String when)
      throws Exception {
    Path file = folder.resolve("lines");
    try (TestDatabase database = TestDatabase.create()) {
      RunId run = KilledProgram.run(PostingProgram.class, database, 1, file.toString(), when);
      int linesLeft = Files.exists(file) ? Files.readAllLines(file).size() : 0;
      assertThat(linesLeft).isEqualTo(when.equals("sent") ? 1 : 0);

      try (Orchestrator next =
          PostingProgram.open(Engine.address(database), new PostingProgram.Lines(file, "never"))) {
        await()
            .atMost(Engine.PATIENCE)
            .until(() ->
                next.posts().ofRun(run, 10).stream()
                    .allMatch(post -> post.fate() == RunPost.Fate.DELIVERED));

        assertThat(next.posts().ofRun(run, 10)).hasSize(1);
        assertThat(Files.readAllLines(file)).hasSize(1);
      }
    }
  }
}
