package dev.backstitch.loadtest.engines;

import dev.backstitch.loadtest.contest.ClosedLoop;
import dev.backstitch.loadtest.contest.Effects;
import dev.backstitch.loadtest.contest.Latencies;
import dev.backstitch.loadtest.contest.Session;
import dev.backstitch.loadtest.contest.Trials;
import dev.backstitch.loadtest.contest.Work;
import dev.backstitch.orchestrator.Orchestrator;
import dev.backstitch.orchestrator.RunResult;
import dev.backstitch.orchestrator.StartRequest;
import dev.backstitch.orchestrator.history.Payload;
import dev.backstitch.orchestrator.history.ValueCodec;
import dev.backstitch.orchestrator.run.RunId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;

/// Backstitch at work in the contest.
final class BackstitchSession
    implements Session, Trials.Recoverable, Trials.Lengthening, Trials.Patient {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final int CLIENTS = 256;
  private static final int LONGEST = 100_000;
  private static final long LOOK_MILLIS = 5;

  private final Orchestrator orchestrator;
  private final Jdbi database;
  private final Effects effects;
  private final Gates gates;
  private final ValueCodec values = new ValueCodec();
  private final Map<Trials.Group, Held> groups = new HashMap<>();

  /// The runs of a group, and the step that they are held at.
  private record Held(List<RunId> runs, int step) {}

  BackstitchSession(Orchestrator orchestrator, Jdbi database, Effects effects, Gates gates) {
    this.orchestrator = orchestrator;
    this.database = database;
    this.effects = effects;
    this.gates = gates;
  }

  @Override
  public void perform(Work work, Latencies latencies) throws Exception {
    ClosedLoop.perform(work, latencies, () -> complete(work.steps()));
  }

  private RunId complete(int steps) {
    RunId id = start(StepModule.WORKFLOW, steps);
    Optional<RunResult> result = orchestrator.result(id, PATIENCE);
    if (result.isEmpty() || !(result.get() instanceof RunResult.Completed)) {
      throw new IllegalStateException("run " + id + " did not complete: " + result);
    }
    return id;
  }

  private RunId start(String workflow, Object input) {
    Payload payload = values.encode(input);
    return orchestrator.start(new StartRequest(workflow, null, payload)).runId();
  }

  @Override
  public void begin(Trials.Crowd crowd, Duration stepTime) throws Exception {
    AtomicInteger next = new AtomicInteger();
    int millis = Math.toIntExact(stepTime.toMillis());
    each(
        crowd.runs(),
        () ->
            start(
                TrialModule.CROWD,
                new TrialModule.CrowdRun(next.getAndIncrement(), crowd.steps(), millis)));
  }

  @Override
  public void finish(Trials.Crowd crowd) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (database.withHandle(BackstitchStore::completedCrowd) < crowd.runs()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the runs have not ended in " + PATIENCE);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  @Override
  public void far(List<Trials.Group> wanted, int events) throws InterruptedException {
    for (Trials.Group group : wanted) {
      Held held = groups.computeIfAbsent(group, this::begin);
      advance(group, events / 2 - held.step());
    }
    for (Trials.Group group : wanted) {
      gates.of(group.number()).await(group.runs(), PATIENCE);
    }
  }

  private Held begin(Trials.Group group) {
    TrialModule.HeldRun run = new TrialModule.HeldRun(group.number(), LONGEST);
    List<RunId> runs = new ArrayList<>();
    for (int i = 0; i < group.runs(); i++) {
      runs.add(start(TrialModule.LONG, run));
    }
    return new Held(runs, 0);
  }

  @Override
  public void near(Trials.Group group, int steps) throws InterruptedException {
    advance(group, steps);
    gates.of(group.number()).await(group.runs(), PATIENCE);
  }

  private void advance(Trials.Group group, int steps) {
    Held held = Objects.requireNonNull(groups.get(group), "a group that was begun");
    int to = held.step() + steps;
    gates.of(group.number()).advance(to);
    groups.put(group, new Held(held.runs(), to));
  }

  @Override
  public void hold(int runs) throws Exception {
    each(runs, () -> start(TrialModule.WAITS, 1));
  }

  private static void each(int runs, Callable<?> start) throws Exception {
    ClosedLoop.perform(new Work(1, CLIENTS, runs, PATIENCE), new Latencies(), start);
  }

  @Override
  public void close() {
    groups.values().parallelStream()
        .flatMap(held -> held.runs().stream())
        .forEach(id -> orchestrator.terminate(id, "contest", "the trial is over"));
    gates.open();
    orchestrator.close();
    try {
      effects.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
