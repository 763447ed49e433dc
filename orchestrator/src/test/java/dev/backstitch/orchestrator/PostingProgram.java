package dev.backstitch.orchestrator;

import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.config.OutboxConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A process to be killed: starts one run that posts to a file, and stops in the middle of the
/// delivery, saying so.
///
/// Arguments: JDBC address, user, password, file, and where to stop: `taken` or `sent`.
final class PostingProgram {
  static final Target FILE = new Target("file", "lines");

  /// Short, so that the next process need not wait long.
  static final OutboxConfig OUTBOX =
      OutboxConfig.defaults()
          .withInterval(Duration.ofMillis(50))
          .withTimes(Duration.ofSeconds(2), Duration.ofMillis(500));

  private PostingProgram() {}

  public static void main(String[] arguments) throws Exception {
    DatabaseAddress database = new DatabaseAddress(arguments[0], arguments[1], arguments[2]);
    Lines lines = new Lines(Path.of(arguments[3]), arguments[4]);
    Orchestrator orchestrator = open(database, lines);
    RunId id =
        orchestrator.start(new StartRequest("write-line", null, Payload.ofJson("\"x\""))).runId();
    System.out.println("run " + id);
    new CountDownLatch(1).await();
  }

  static Orchestrator open(DatabaseAddress database, PostTarget lines) {
    return open(database, registry -> register(registry, lines));
  }

  /// A worker whose end others notice soon, and so that of its deliveries.
  static Orchestrator open(DatabaseAddress database, Consumer<Registry> content) {
    return Orchestrator.open(
        OrchestratorConfig.defaults()
            .withLease(Duration.ofSeconds(2))
            .withOutageGrace(Duration.ZERO)
            .withDrain(Duration.ZERO)
            .withOutbox(OUTBOX),
        database,
        List.of(new TestModule(content)),
        new Settings(Map.of()));
  }

  private static void register(Registry registry, PostTarget lines) {
    registry.workflow("write-line", WriteLine::new);
    registry.target(FILE.kind(), lines);
  }

  static final class WriteLine implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String text) {
      run.post(FILE, "line", text);
      return text;
    }
  }

  /// A file that gets a line per post.
  record Lines(Path file, String stopsWhen) implements PostTarget {

    @Override
    public List<PostOutcome> deliver(Delivery delivery) throws Exception {
      List<PostOutcome> outcomes = new ArrayList<>();
      stopIf("taken");
      for (Item item : delivery.items()) {
        Files.writeString(
            file,
            item.key() + " " + item.version() + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        outcomes.add(new PostOutcome.Delivered(null));
      }
      stopIf("sent");
      return outcomes;
    }

    private void stopIf(String here) throws InterruptedException {
      if (stopsWhen.equals(here)) {
        System.out.println("stopped");
        new CountDownLatch(1).await();
      }
    }

    @Override
    public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit)
        throws IOException {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return doubts.stream()
          .map(doubt ->
              lines.contains(doubt.key() + " " + doubt.version())
                  ? ReadBack.LANDED
                  : ReadBack.ABSENT)
          .toList();
    }
  }
}
