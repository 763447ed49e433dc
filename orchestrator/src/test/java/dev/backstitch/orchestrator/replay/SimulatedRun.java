package dev.backstitch.orchestrator.replay;

import dev.backstitch.orchestrator.catalog.Catalog;
import dev.backstitch.orchestrator.catalog.CatalogBuilder;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.RecordedEvent;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.workflow.Failure;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A run without database and threads of its own: a test, or chance, decides what happens next, and
/// the history is kept as the engine would keep it.
final class SimulatedRun {
  static final ValueCodec CODEC = new ValueCodec();
  static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

  private final RunId id;
  private final Replayer replayer;
  private final OpenWork open = new OpenWork();
  private final List<RecordedEvent> history = new ArrayList<>();
  private Instant now = BEGINNING;
  private boolean cancelled;

  private SimulatedRun(RunId id, Catalog catalog) {
    this.id = id;
    this.replayer = new Replayer(id, catalog, CODEC);
  }

  static SimulatedRun start(RunId id, Catalog catalog, String workflow, String inputJson) {
    SimulatedRun run = new SimulatedRun(id, catalog);
    run.happen(new Event.RunStarted(workflow, null, "test", Payload.ofJson(inputJson)));
    return run;
  }

  /// What code registers, with [Ask] as the one activity.
  static Catalog catalog(Consumer<Registry> content) {
    WorkflowModule module =
        new WorkflowModule() {
          @Override
          public String name() {
            return "simulation";
          }

          @Override
          public void register(Registry registry, Settings settings) {
            registry.activity(Ask.class, (call, _) -> call.text(), o -> o);
            content.accept(registry);
          }
        };
    return CatalogBuilder.build(List.of(module), new Settings(Map.of()), CODEC);
  }

  List<RecordedEvent> history() {
    return List.copyOf(history);
  }

  Replayer replayer() {
    return replayer;
  }

  OpenWork open() {
    return open;
  }

  boolean isOver() {
    return history.getLast().event().isClosing();
  }

  /// The simple names of all events so far.
  List<String> types() {
    return history.stream().map(e -> e.event().type()).toList();
  }

  String print() {
    return history.stream()
        .map(e -> e.seq() + " " + e.at() + " " + e.event())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /// Something happens a millisecond later.
  SimulatedRun happen(Event fact) {
    now = now.plusMillis(1);
    return happen(fact, now);
  }

  SimulatedRun happen(Event fact, Instant at) {
    now = at;
    record(fact);
    replayer.play(fact, now).forEach(this::record);
    return this;
  }

  /// Lets chance decide what happens, until the run is over, nothing is open, or enough is enough.
  SimulatedRun happenByChance(SplittableRandom chance, int mostEvents) {
    while (!isOver()
        && replayer.divergence().isEmpty()
        && history.size() < mostEvents
        && !(open.activities().isEmpty() && open.timers().isEmpty())) {
      if (chance.nextInt(6) == 0) {
        messageByChance(chance);
        continue;
      }
      int which = chance.nextInt(open.activities().size() + open.timers().size());
      if (which < open.activities().size()) {
        activityByChance(open.activities().get(which), chance);
      } else {
        OpenWork.OpenTimer timer = open.timers().get(which - open.activities().size());
        Instant earliest = now.isBefore(timer.fireAt()) ? timer.fireAt() : now;
        happen(
            new Event.TimerFired(timer.ordinal()),
            earliest.plus(Duration.ofMillis(chance.nextInt(3))));
      }
    }
    return this;
  }

  /// A run is cancelled once at the most: its owner takes a second request without an event.
  private void messageByChance(SplittableRandom chance) {
    if (!cancelled && chance.nextInt(8) == 0) {
      cancelled = true;
      happen(new Event.CancelRequested("somebody", "by chance"));
    } else {
      String payload = chance.nextInt(4) == 0 ? "[1]" : "\"signal " + chance.nextInt(100) + "\"";
      happen(
          new Event.SignalReceived(
              chance.nextBoolean() ? "one" : "two",
              "id " + history.size(),
              "somebody",
              Payload.ofJson(payload)));
    }
  }

  private void activityByChance(OpenWork.OpenActivity activity, SplittableRandom chance) {
    int ordinal = activity.ordinal();
    int attempt = activity.attempt();
    Failure failure = new Failure("by-chance", "attempt " + attempt);
    switch (chance.nextInt(10)) {
      case 0 ->
          record(
              new Event.ActivityAttemptFailed(ordinal, attempt, now, failure, now.plusMillis(5)));
      case 1 -> record(new Event.ActivityDeferred(ordinal, attempt, "quota", now.plusMillis(5)));
      case 2 -> happen(new Event.ActivityFailed(ordinal, attempt, now, failure));
      case 3 -> happen(new Event.ActivityOutcomeUnknown(ordinal, attempt));
      default ->
          happen(
              new Event.ActivityCompleted(
                  ordinal, attempt, now, CODEC.encode("answer " + chance.nextInt(100))));
    }
  }

  private void record(Event event) {
    history.add(new RecordedEvent(id, history.size() + 1, now, event));
    open.apply(event, now);
  }
}
