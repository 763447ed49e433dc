package dev.backstitch.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.outbox.RunPost;
import dev.backstitch.orchestrator.run.RunId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
      RunId run = killed(database, file, when);
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

  /// The run of a process that was killed when it had taken its post, or when it had sent it.
  private static RunId killed(TestDatabase database, Path file, String when)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PostingProgram.class.getName(),
                database.jdbcUrl(),
                database.user(),
                database.password(),
                file.toString(),
                when)
            .redirectErrorStream(true)
            .start();
    StringBuilder said = new StringBuilder();
    String run = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      boolean stopped = false;
      while (line != null && !(stopped && !run.isEmpty())) {
        said.append(line).append('\n');
        run = line.startsWith("run ") ? line.substring("run ".length()) : run;
        stopped |= line.equals("stopped");
        line = stopped && !run.isEmpty() ? line : out.readLine();
      }
      assertThat(List.of(stopped, !run.isEmpty())).as(said::toString).containsOnly(true);
    } finally {
      process.destroyForcibly().waitFor();
    }
    return RunId.parse(run);
  }
}
