package dev.backstitch.orchestrator.activity;

import dev.backstitch.orchestrator.catalog.ActivityDefinition;
import dev.backstitch.orchestrator.catalog.CatalogBuilder;
import dev.backstitch.orchestrator.database.DatabaseClock;
import dev.backstitch.orchestrator.history.Event;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.quota.Admission;
import dev.backstitch.orchestrator.quota.Permit;
import dev.backstitch.orchestrator.quota.QuotaGate;
import dev.backstitch.orchestrator.run.RunId;
import dev.backstitch.orchestrator.timer.TimerService;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import dev.backstitch.orchestrator.workflow.Registry;
import dev.backstitch.orchestrator.workflow.Settings;
import dev.backstitch.orchestrator.workflow.WorkflowModule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// An executor with one registered activity, and the events that come out of it.
final class Bench implements AutoCloseable {
  private final ValueCodec codec = new ValueCodec();
  private final DatabaseClock clock = new DatabaseClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final TimerService timers = new TimerService(clock);
  final BlockingQueue<Integer> withdrawn = new ArrayBlockingQueue<>(10_000);
  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(10_000);
  private final ActivityDefinition definition;
  volatile boolean mayWrite = true;
  volatile Consumer<Event> listening = _ -> {};
  volatile QuotaGate gate = (_, _, _) -> new Admission.Granted(Permit.NONE);
  final ActivityExecutor executor =
      new ActivityExecutor(
          clock,
          timers,
          codec,
          new ActivityExecutor.Gates(
              () -> mayWrite, (use, holder, waited) -> gate.ask(use, holder, waited)));

  Bench(Consumer<Registry> registration) {
    WorkflowModule module =
        new WorkflowModule() {
          @Override
          public String name() {
            return "bench";
          }

          @Override
          public void register(Registry registry, Settings settings) {
            registration.accept(registry);
          }
        };
    this.definition =
        CatalogBuilder.build(List.of(module), new Settings(Map.of()), codec)
            .activity(new Fetch("any", 0))
            .orElseThrow();
  }

  Attempt attempt(int ordinal, int number, String group) {
    return new Attempt(
        new ActivityContext(new RunId(5), ordinal, number),
        definition,
        new Fetch(group, ordinal),
        clock.instant().plus(Duration.ofHours(1)),
        false,
        "default",
        new Interest(),
        new Attempt.Listener() {
          @Override
          public void ended(Event event) {
            events.add(event);
          }

          @Override
          public void endedLast(Event event) {
            listening.accept(event);
            ended(event);
          }

          @Override
          public void withdrawn() {
            withdrawn.add(ordinal);
          }
        });
  }

  void submit(int ordinal, String group) {
    executor.submit(List.of(attempt(ordinal, 1, group)));
  }

  /// The next event, whichever attempt it comes from.
  Event next() throws InterruptedException {
    Event event = events.poll(20, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event came; in flight: " + executor.inFlight());
    }
    return event;
  }

  Instant now() {
    return clock.instant();
  }

  @Override
  public void close() {
    executor.close(Duration.ofSeconds(1));
    timers.close();
  }
}
