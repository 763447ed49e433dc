package dev.backstitch.orchestrator.check;

import dev.backstitch.migrations.testkit.TestDatabase;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.config.OrchestratorConfig;
import dev.backstitch.orchestrator.database.DatabaseAddress;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Ending;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Runs with every kind of event that the checker looks into, made by the engine itself.
final class SampleRuns implements WorkflowModule {

  record Look(String text) implements Call<String> {}

  record Pay(String text) implements Call<String> {}

  private static final Target WALL = new Target("wall", "here");

  /// Takes everything, and can't tell.
  private static final class Blind implements PostTarget {
    @Override
    public List<PostOutcome> deliver(Delivery delivery) {
      return delivery.items().stream()
          .<PostOutcome>map(_ -> new PostOutcome.Delivered(null))
          .toList();
    }

    @Override
    public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) {
      return doubts.stream().map(_ -> ReadBack.UNSURE).toList();
    }
  }

  static final class Everything implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      // A zero character, which PostgreSQL's JSON functions refuse, and a large payload.
      String seen = run.call(new Look("\u0000" + input.repeat(3_000)));
      run.version("gate", 1, 2);
      run.record("flag", String.class, () -> "on");
      run.sleep(Duration.ofMillis(10));
      boolean[] done = {false};
      run.async(() -> {
        String paid = run.call(new Pay("once"));
        done[0] = true;
        return paid;
      });
      run.awaitUntil(() -> done[0], Duration.ofHours(1));
      run.post(WALL, "seen", 1);
      run.postAtEnd(WALL, "end", Ending::name);
      return seen;
    }
  }

  static final class Sleeper implements Workflow<String, String> {
    @Override
    public String run(RunContext run, String input) {
      run.sleep(Duration.ofHours(1));
      return input;
    }
  }

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow("everything", Everything::new);
    registry.workflow("sleeper", Sleeper::new);
    registry.target(WALL.kind(), new Blind());
    registry.activity(Look.class, SampleRuns::look, o -> quicklyAgain(o.withEffect(Effect.READ)));
    registry.activity(Pay.class, (call, _) -> call.text(), o -> o.withEffect(Effect.ONCE));
  }

  private static ActivityOptions quicklyAgain(ActivityOptions options) {
    return options.withRetry(new RetryPolicy(3, Duration.ZERO, 1.0, Duration.ZERO, Set.of()));
  }

  private static String look(Look call, ActivityContext context) {
    if (context.attempt() == 1) {
      throw new IllegalStateException("not this time");
    }
    return call.text();
  }

  /// What was made.
  ///
  /// @param closed a completed run with everything in it
  /// @param asleep an open run with a key that nobody has in memory
  record Made(RunId closed, RunId asleep) {}

  /// An open orchestrator on the database.
  static Orchestrator open(TestDatabase database) {
    return open(addressOf(database));
  }

  private static DatabaseAddress addressOf(TestDatabase database) {
    return new DatabaseAddress(database.jdbcUrl(), database.user(), database.password());
  }

  private static Orchestrator open(DatabaseAddress address) {
    return Orchestrator.open(
        OrchestratorConfig.defaults().withDrain(Duration.ZERO),
        address,
        List.of(new SampleRuns()),
        new Settings(Map.of()));
  }

  /// Makes the runs and ends the worker.
  static Made make(TestDatabase database) {
    return make(addressOf(database));
  }

  /// The same anywhere.
  static Made make(DatabaseAddress address) {
    try (Orchestrator orchestrator = open(address)) {
      RunId closed =
          orchestrator
              .start(new StartRequest("everything", null, Payload.ofJson("\"hello \"")))
              .runId();
      RunId asleep =
          orchestrator.start(new StartRequest("sleeper", "a key", Payload.ofJson("\"x\""))).runId();
      RunId cancelled = sleeper(orchestrator);
      orchestrator.cancel(cancelled, "test", "no need");
      RunId terminated = sleeper(orchestrator);
      orchestrator.terminate(terminated, "test", "no use");
      orchestrator.result(cancelled, Duration.ofSeconds(20));
      RunResult result = orchestrator.result(closed, Duration.ofSeconds(20)).orElseThrow();
      if (!(result instanceof RunResult.Completed)) {
        throw new AssertionError(closed + " ended as " + result);
      }
      return new Made(closed, asleep);
    }
  }

  private static RunId sleeper(Orchestrator orchestrator) {
    return orchestrator.start(new StartRequest("sleeper", null, Payload.ofJson("\"x\""))).runId();
  }
}
