package dev.backstitch.api.testing;

import dev.backstitch.orchestrator.quota.Lane;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaAnswer;
import dev.backstitch.orchestrator.quota.QuotaRules;
import dev.backstitch.orchestrator.quota.QuotaUse;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.ActivityOptions;
import dev.backstitch.orchestrator.workflow.BatchHandler;
import dev.backstitch.orchestrator.workflow.BatchPolicy;
import dev.backstitch.orchestrator.workflow.BatchResult;
import dev.backstitch.orchestrator.workflow.Call;
import dev.backstitch.orchestrator.workflow.DeferredException;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Outcome;
import dev.backstitch.orchestrator.workflow.PermanentFailureException;
import dev.backstitch.orchestrator.workflow.PostOutcome;
import dev.backstitch.orchestrator.workflow.PostTarget;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.RetryPolicy;
import dev.backstitch.orchestrator.workflow.RunContext;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.Target;
import dev.backstitch.orchestrator.workflow.TransientFailureException;
import dev.backstitch.orchestrator.workflow.Workflow;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Workflows for tests. A gate holds the runs of `gated` until the test opens it.
public final class SampleModule implements WorkflowModule {
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Set<RunId> deferred = ConcurrentHashMap.newKeySet();

  /// Lets the runs of `gated` go on, now and later.
  public void openGate() {
    gate.countDown();
  }

  @Override
  public String name() {
    return "samples";
  }

  @Override
  public void register(Registry registry, Settings settings) {
    registry.workflow("greet", Greet::new);
    registry.workflow("broken", Broken::new);
    registry.workflow("gated", Gated::new);
    registry.workflow("crowd", Crowd::new);
    registry.workflow("patient", Patient::new);
    registry.workflow("frugal", Frugal::new);
    registry.activity(
        Spend.class,
        SampleModule::spend,
        options ->
            reading(options)
                .withQuota(
                    Spend.class,
                    _ -> QuotaUse.read("sample/octocat", "core", Lane.BULK, QuotaRules.DEFAULT)));
    registry.workflow("announce", Announce::new);
    registry.target("board", new Board());
    registry.activity(MakeGreeting.class, this::makeGreeting, SampleModule::reading);
    registry.activity(PassGate.class, this::passGate, SampleModule::reading);
    registry.activity(ReadIndex.class, this::readIndex, SampleModule::reading);
    registry.batchActivity(
        FetchItem.class,
        new BatchPolicy<>(25, Duration.ofMillis(5), FetchItem::shelf),
        this::fetchItems,
        options -> reading(options).withInFlight(3));
  }

  /// Spends one point of a quota.
  ///
  /// @param left what the server says is left of 5,000 then
  public record Spend(int left) implements Call<Integer> {}

  /// Spends two points, one after the other; after the first this much is left.
  static final class Frugal implements Workflow<Integer, Integer> {
    @Override
    public Integer run(RunContext run, Integer left) {
      run.call(new Spend(left));
      return run.call(new Spend(left - 1));
    }
  }

  private static Integer spend(Spend call, ActivityContext context) {
    context.permit().spend("core", 1, 0);
    context
        .permit()
        .answered(
            "core",
            1,
            new QuotaAnswer(
                1,
                true,
                new QuotaAnswer.Reading(
                    "core", 5_000, call.left(), 5_000 - call.left(), Duration.ofHours(1)),
                null,
                null));
    return call.left();
  }

  private static ActivityOptions reading(ActivityOptions options) {
    return options
        .withEffect(Effect.READ)
        .withRetry(
            new RetryPolicy(4, Duration.ofMillis(40), 1.5, Duration.ofMillis(200), Set.of()));
  }

  /// Takes everything but names in capitals.
  private static final class Board implements PostTarget {
    @Override
    public List<PostOutcome> deliver(Delivery delivery) {
      return delivery.items().stream()
          .<PostOutcome>map(item ->
              item.contentJson().equals(item.contentJson().toUpperCase(Locale.ROOT))
                  ? new PostOutcome.Refused("no shouting")
                  : new PostOutcome.Delivered("note " + delivery.id()))
          .toList();
    }

    @Override
    public List<ReadBack> readBack(Target target, List<Doubt> doubts, Permit permit) {
      return doubts.stream().map(_ -> ReadBack.UNSURE).toList();
    }
  }

  /// Posts a name three times, in one step.
  public static final class Announce implements Workflow<Greeting, String> {
    @Override
    public String run(RunContext run, Greeting greeting) {
      Target board = new Target("board", "hall");
      run.post(board, "guest", "who");
      run.post(board, "guest", greeting.name() + "?");
      run.post(board, "guest", greeting.name());
      return greeting.name();
    }
  }

  /// A name to greet.
  public record Greeting(String name) {
    /// Rejects a name that nobody has.
    public Greeting {
      if (name == null || name.isBlank()) {
        throw new IllegalArgumentException("name must not be blank");
      }
    }
  }

  /// How many items to fetch, and how long a batch takes.
  public record Size(int items, int millis) {}

  record MakeGreeting(String name) implements Call<String> {}

  record PassGate(String note) implements Call<String> {}

  record ReadIndex(String shelf) implements Call<Integer> {}

  record FetchItem(String shelf, int number, int millis) implements Call<String> {}

  static final class Greet implements Workflow<Greeting, String> {
    @Override
    public String run(RunContext run, Greeting input) {
      return run.call(new MakeGreeting(input.name()));
    }
  }

  static final class Broken implements Workflow<Greeting, String> {
    @Override
    public String run(RunContext run, Greeting input) {
      run.call(new MakeGreeting(input.name()));
      throw new PermanentFailureException("broken-on-purpose", "no luck for " + input.name());
    }
  }

  static final class Gated implements Workflow<Greeting, String> {
    @Override
    public String run(RunContext run, Greeting input) {
      String first = run.call(new MakeGreeting(input.name()));
      return run.call(new PassGate(first));
    }
  }

  /// Waits until it is told how to greet.
  static final class Patient implements Workflow<Greeting, BigDecimal> {
    @Override
    public BigDecimal run(RunContext run, Greeting input) {
      run.call(new MakeGreeting(input.name()));
      return run.signals("number", BigDecimal.class).receive();
    }
  }

  static final class Crowd implements Workflow<Size, List<String>> {
    @Override
    public List<String> run(RunContext run, Size input) {
      run.call(new ReadIndex("a"));
      List<Outcome<String>> items =
          run.callAll(
              IntStream.range(0, input.items()).boxed().toList(),
              number -> new FetchItem("a", number, input.millis()));
      return items.stream()
          .map(outcome ->
              switch (outcome) {
                case Outcome.Success<String>(String value) -> value;
                case Outcome.Failed<String> failed -> failed.failure().type();
                case Outcome.Unknown<String> _ -> "unknown";
              })
          .toList();
    }
  }

  private String makeGreeting(MakeGreeting call, ActivityContext context) {
    return "Hello " + call.name() + "!";
  }

  private String passGate(PassGate call, ActivityContext context) throws InterruptedException {
    gate.await();
    return call.note();
  }

  private Integer readIndex(ReadIndex call, ActivityContext context) throws InterruptedException {
    if (context.attempt() == 1) {
      throw new TransientFailureException("bad-gateway", "502 from the shelf " + call.shelf());
    }
    work(60);
    return 42;
  }

  private List<BatchResult<String>> fetchItems(List<BatchHandler.Item<FetchItem>> items)
      throws InterruptedException {
    work(items.getFirst().call().millis());
    return items.stream().map(this::fetchItem).toList();
  }

  private BatchResult<String> fetchItem(BatchHandler.Item<FetchItem> item) {
    FetchItem call = item.call();
    int attempt = item.context().attempt();
    if (call.number() % 61 == 17) {
      return new BatchResult.Threw<>(
          new PermanentFailureException("missing-file", "no file in " + call.number()));
    }
    if (call.number() % 31 == 5 && attempt == 1) {
      return new BatchResult.Threw<>(
          new TransientFailureException("bad-gateway", "502 for " + call.number()));
    }
    if (call.number() == 40 && deferred.add(item.context().runId())) {
      return new BatchResult.Threw<>(
          new DeferredException("quota of user:octocat", Duration.ofMillis(call.millis())));
    }
    return new BatchResult.Done<>("item " + call.number());
  }

  /// Takes time, as the real thing would, so that a drawing has something to show.
  private static void work(long millis) throws InterruptedException {
    if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("nobody counts this latch down");
    }
  }
}
