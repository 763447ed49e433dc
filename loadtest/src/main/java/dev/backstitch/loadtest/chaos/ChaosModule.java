package dev.backstitch.loadtest.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backstitch.loadtest.witness.Pulse;
import dev.backstitch.loadtest.witness.Statement;
import dev.backstitch.loadtest.witness.WitnessClient;
import dev.backstitch.orchestrator.SignalRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// The workflows that chaos runs, and their activities, which tell the witness before they begin.
///
/// Every activity returns something that nobody can guess, and every call says what its code had
/// seen when it was made. So a `WRITE` that began on a fact which was lost again is found: the fact
/// is another one the second time.
final class ChaosModule implements WorkflowModule {
  static final String WORKFLOW = "chaos";
  static final String SLEEPER = "sleeper";

  /// The signals that a run of chaos waits for, and how many.
  static final String WORD = "word";

  static final int WORDS = 3;

  /// One of the words, as clients send it.
  static SignalRequest word(int number) {
    String id = "word-" + number;
    return new SignalRequest(WORD, id, "chaos", Payload.ofJson('"' + id + '"'));
  }

  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final double FAILING = 0.1;
  private static final int LONGEST_WORK_MILLIS = 40;
  private static final RetryPolicy AGAIN_AND_AGAIN =
      new RetryPolicy(1_000, Duration.ofMillis(20), 2.0, Duration.ofMillis(500), Set.of());

  private final WitnessClient witness;
  private final Pulse pulse;
  private final String process;

  /// @param process this process's name, which no other one has or had
  ChaosModule(WitnessClient witness, Pulse pulse, String process) {
    this.witness = witness;
    this.pulse = pulse;
    this.process = process;
  }

  /// @param seen what the code had learned by then
  record Look(String label, String seen) implements Call<String> {}

  /// As [Look].
  record Write(String label, String seen) implements Call<String> {}

  /// As [Look].
  record Once(String label, String seen) implements Call<String> {}

  @Override
  public String name() {
    return "chaos";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow(WORKFLOW, ChaosWorkflow::new);
    registry.workflow(SLEEPER, SleeperWorkflow::new);
    registry.activity(
        Look.class,
        (call, context) -> serve(call, Effect.READ, context),
        again(Effect.READ)::apply);
    registry.activity(
        Write.class,
        (call, context) -> serve(call, Effect.WRITE, context),
        again(Effect.WRITE)::apply);
    registry.activity(
        Once.class,
        (call, context) -> serve(call, Effect.ONCE, context),
        options -> options.withEffect(Effect.ONCE));
  }

  /// Options by effect.
  @FunctionalInterface
  private interface Options {
    ActivityOptions apply(ActivityOptions options);
  }

  private static Options again(Effect effect) {
    return options -> options.withEffect(effect).withRetry(AGAIN_AND_AGAIN).withInFlight(10_000);
  }

  private String serve(Call<String> call, Effect effect, ActivityContext context)
      throws InterruptedException {
    witness.tell(
        new Statement.Begun(
            context.runId(),
            context.ordinal(),
            context.attempt(),
            context.idempotencyKey(),
            effect,
            json(call),
            process,
            pulse.stalledMillis()));
    ThreadLocalRandom lot = ThreadLocalRandom.current();
    Thread.sleep(lot.nextInt(LONGEST_WORK_MILLIS));
    if (effect != Effect.ONCE && lot.nextDouble() < FAILING) {
      throw new TransientFailureException("chaos", "as decided by lot");
    }
    return UUID.randomUUID().toString();
  }

  private static String json(Call<String> call) {
    try {
      return JSON.writeValueAsString(call);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a call can't be written as JSON", e);
    }
  }
}
