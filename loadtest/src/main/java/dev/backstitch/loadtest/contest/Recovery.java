package dev.backstitch.loadtest.contest;

import dev.backstitch.api.command.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Kills the engine's process with its runs half done, starts it again, and waits for their ends. A
/// server that it has started lives on meanwhile.
final class Recovery {
  /// How many runs there are, unless fewer are wanted.
  static final int RUNS = 1_000;

  private static final int STEPS = Workload.RECOVERY.steps();
  private static final Duration STEP_TIME = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 2;

  private final Supplier<EngineHandle> processes;
  private final Ground ground;

  Recovery(Supplier<EngineHandle> processes, Ground ground) {
    this.processes = processes;
    this.ground = ground;
  }

  /// Measures once.
  ///
  /// @throws CommandFailedException if a step is missing in the end
  Map<String, List<Measurement>> measure(int runs) {
    Trials.Crowd crowd = new Trials.Crowd(runs, STEPS);
    Path effects = Effects.of(ground);
    try (EngineHandle first = processes.get()) {
      first.open(ground);
      first.begin(crowd, STEP_TIME);
      awaitHalf(crowd, effects);
      first.kill();
      long began = System.nanoTime();
      try (EngineHandle second = processes.get()) {
        second.open(ground);
        second.finish(crowd);
        double seconds = (System.nanoTime() - began) / 1e9;
        Effects.Tally tally = Effects.tally(effects);
        if (tally.distinct() != runs * STEPS) {
          throw new CommandFailedException(
              "after the kill %d of %d steps were executed"
                  .formatted(tally.distinct(), runs * STEPS));
        }
        Map<String, List<Measurement>> figures = new LinkedHashMap<>();
        figures.put(Workload.RECOVERY.unit(), List.of(Measurement.of(seconds)));
        figures.put("steps repeated", List.of(Measurement.of(tally.repeated())));
        return figures;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the marks of the steps can't be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  private static void awaitHalf(Trials.Crowd crowd, Path effects)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(effects)
        || Effects.count(effects) < (long) crowd.runs() * crowd.steps() / 2) {
      if (System.nanoTime() > until) {
        throw new CommandFailedException("half of the steps were not executed in " + PATIENCE);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
