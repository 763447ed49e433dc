package dev.backstitch.orchestrator;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.EventPage;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An orchestrator on a test's database, with the few steps that tests repeat.
final class Engine implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  final Orchestrator orchestrator;

  private Engine(Orchestrator orchestrator) {
    this.orchestrator = orchestrator;
  }

  static Engine on(TestDatabase database, Consumer<Registry> content) {
    return on(database, config(), content);
  }

  static Engine on(TestDatabase database, OrchestratorConfig config, Consumer<Registry> content) {
    return new Engine(
        Orchestrator.open(
            config, address(database), List.of(new TestModule(content)), new Settings(Map.of())));
  }

  static OrchestratorConfig config() {
    return OrchestratorConfig.defaults().withDrain(Duration.ZERO).withOutageGrace(Duration.ZERO);
  }

  static DatabaseAddress address(TestDatabase database) {
    return new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
  }

  RunId start(String workflow, String inputJson) {
    return start(workflow, null, inputJson).runId();
  }

  dev.backstitch.orchestrator.run.StartResult start(
      String workflow, @Nullable String key, String inputJson) {
    return orchestrator.start(new StartRequest(workflow, key, Payload.ofJson(inputJson)));
  }

  RunResult await(RunId id) {
    return orchestrator.result(id, PATIENCE).orElseThrow();
  }

  /// The JSON result of a run that must complete; the failure message shows its history.
  String resultOf(RunId id) {
    return switch (await(id)) {
      case RunResult.Completed completed -> completed.result().json();
      case RunResult.Failed failed ->
          throw new AssertionError("failed: " + failed.failure() + "\n" + print(id));
      case RunResult.Cancelled cancelled ->
          throw new AssertionError("cancelled: " + cancelled + "\n" + print(id));
      case RunResult.Terminated terminated ->
          throw new AssertionError("terminated: " + terminated + "\n" + print(id));
      case RunResult.Open open ->
          throw new AssertionError("still " + open.status() + "\n" + print(id));
    };
  }

  List<RecordedEvent> history(RunId id) {
    EventPage page = orchestrator.history(id, 0, 10_000);
    return page.events();
  }

  List<String> types(RunId id) {
    return history(id).stream().map(e -> e.event().type()).toList();
  }

  String print(RunId id) {
    return history(id).stream()
        .map(e -> e.seq() + " " + e.at() + " " + e.event())
        .collect(Collectors.joining("\n", orchestrator.describe(id) + "\n", ""));
  }

  @Override
  public void close() {
    orchestrator.close();
  }
}
