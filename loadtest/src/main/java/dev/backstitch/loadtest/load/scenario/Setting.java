package dev.backstitch.loadtest.load.scenario;

import dev.backstitch.loadtest.load.arrival.Terms;
import dev.backstitch.loadtest.load.report.Measurement;
import java.time.Duration;
import java.util.OptionalDouble;

/// What is to be measured once.
///
/// @param rate runs per second in an open loop; empty for a closed one
/// @param runs the most runs
/// @param workers how many server processes; 0 for an engine in this process
public record Setting(
    ScenarioName scenario,
    OptionalDouble rate,
    int inFlight,
    long runs,
    Duration duration,
    Duration warmUp,
    int steps,
    int payloadBytes,
    long seed,
    int workers) {

  /// What a generator is to do in the measured part.
  Terms terms() {
    return new Terms(rate, inFlight, runs, duration, seed);
  }

  /// What it is to do before, with another seed, because it is other work.
  Terms warmUpTerms(long mostRuns) {
    return new Terms(rate, inFlight, mostRuns, warmUp, ~seed);
  }

  /// The same with another number at a time.
  Setting withInFlight(int newInFlight) {
    return new Setting(
        scenario, rate, newInFlight, runs, duration, warmUp, steps, payloadBytes, seed, workers);
  }

  /// For a report.
  ///
  /// @param stepsPerRun as they were
  Measurement.Conditions conditions(int stepsPerRun) {
    return new Measurement.Conditions(
        workers == 0 ? "in-process" : "server",
        workers,
        rate.isPresent() ? rate.getAsDouble() : null,
        inFlight,
        stepsPerRun,
        scenario.takesSteps() ? payloadBytes : 0,
        null);
  }

  /// What tells this from the others of its scenario.
  public String label() {
    String loop =
        rate.isPresent()
            ? plain(rate.getAsDouble()) + " a second"
            : inFlight == 1 ? "one at a time" : inFlight + " in flight";
    return workers == 0 ? loop : loop + ", " + workers + (workers == 1 ? " server" : " servers");
  }

  /// The command that measures this alone.
  String command() {
    StringBuilder command = new StringBuilder("./backstitch load ").append(scenario.text());
    rate.ifPresent(perSecond -> command.append(" --rate ").append(plain(perSecond)));
    if (scenario.takesInFlight()) {
      command.append(" --in-flight ").append(inFlight);
    }
    if (scenario.takesRuns() && runs < ScenarioName.MOST_RUNS) {
      command.append(" --runs ").append(runs);
    }
    if (scenario.takesDuration()) {
      command.append(" --duration ").append(millis(duration));
    }
    if (scenario.takesWarmUp()) {
      command.append(" --warm-up ").append(millis(warmUp));
    }
    if (scenario.takesSteps()) {
      command.append(" --steps ").append(steps).append(" --payload ").append(payloadBytes);
    }
    command.append(" --seed ").append(seed);
    if (workers > 0) {
      command.append(" --workers ").append(workers);
    }
    return command.toString();
  }

  private static String millis(Duration duration) {
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
