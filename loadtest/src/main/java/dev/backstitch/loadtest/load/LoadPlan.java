package dev.backstitch.loadtest.load;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.loadtest.load.scenario.ScenarioName;
import dev.backstitch.loadtest.load.scenario.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is to be measured, one after the other.
///
/// @param settings at least one
record LoadPlan(List<Setting> settings) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration LONGEST_WARM_UP = Duration.ofHours(1);
  private static final Duration USUAL_WARM_UP = Duration.ofSeconds(3);
  private static final int OPEN_LOOP_IN_FLIGHT = 10_000;
  private static final int USUAL_PAYLOAD = 200;
  private static final int MOST_MEASUREMENTS = 100;
  private static final int MOST_WORKERS = 16;
  private static final String ALL = "all";

  LoadPlan {
    settings = List.copyOf(settings);
  }

  /// Of what was typed.
  ///
  /// @param scenarios names; `all` is every one but `mixed`, each with the options that mean
  ///   something to it
  /// @throws IllegalArgumentException naming the option that is wrong, and its range
  static LoadPlan of(List<String> scenarios, LoadOptions options) {
    Map<ScenarioName, LoadOptions> asked = new LinkedHashMap<>();
    for (String scenario : scenarios) {
      if (scenario.equals(ALL)) {
        Arrays.stream(ScenarioName.values())
            .filter(name -> name != ScenarioName.MIXED)
            .forEach(name -> asked.putIfAbsent(name, options.meantFor(name)));
      } else {
        ScenarioName name = ScenarioName.of(scenario).orElseThrow(() -> unknown(scenario));
        requireTaken(name, options);
        asked.put(name, options);
      }
    }
    if (asked.isEmpty()) {
      throw new IllegalArgumentException("a scenario is needed: " + known());
    }
    List<Setting> settings = new ArrayList<>();
    asked.forEach((scenario, meant) -> {
      for (int inFlight : inFlight(scenario, meant)) {
        settings.add(setting(scenario, inFlight, meant));
      }
    });
    if (settings.size() > MOST_MEASUREMENTS) {
      throw new IllegalArgumentException(
          "at most " + MOST_MEASUREMENTS + " measurements at once, these are " + settings.size());
    }
    return new LoadPlan(settings);
  }

  /// Whether some engine will be in another process.
  boolean isElsewhere() {
    return settings.stream().anyMatch(setting -> setting.workers() > 0);
  }

  private static IllegalArgumentException unknown(String scenario) {
    return new IllegalArgumentException(
        "there is no scenario '" + scenario + "'; there are: " + known());
  }

  private static String known() {
    return Arrays.stream(ScenarioName.values())
        .map(ScenarioName::text)
        .collect(Collectors.joining(", ", "", ", " + ALL));
  }

  private static void requireTaken(ScenarioName scenario, LoadOptions options) {
    refuse(options.rate != null && !scenario.takesRate(), "--rate", scenario);
    refuse(options.inFlight != null && !scenario.takesInFlight(), "--in-flight", scenario);
    refuse(options.runs != null && !scenario.takesRuns(), "--runs", scenario);
    refuse(options.duration != null && !scenario.takesDuration(), "--duration", scenario);
    refuse(options.warmUp != null && !scenario.takesWarmUp(), "--warm-up", scenario);
    refuse(options.steps != null && !scenario.takesSteps(), "--steps", scenario);
    refuse(options.payload != null && !scenario.takesSteps(), "--payload", scenario);
  }

  private static void refuse(boolean wrong, String option, ScenarioName scenario) {
    if (wrong) {
      throw new IllegalArgumentException(
          option + " means nothing to the scenario " + scenario.text() + "; leave it out");
    }
  }

  private static List<Integer> inFlight(ScenarioName scenario, LoadOptions options) {
    if (options.inFlight == null) {
      boolean open = options.rate != null && scenario != ScenarioName.TIMERS;
      return List.of(open ? OPEN_LOOP_IN_FLIGHT : scenario.usual().inFlight());
    }
    options.inFlight.forEach(number -> inRange("--in-flight", number, 1, 100_000));
    return options.inFlight.stream().distinct().sorted().toList();
  }

  private static Setting setting(ScenarioName scenario, int inFlight, LoadOptions options) {
    ScenarioName.Usual usual = scenario.usual();
    if (options.rate != null) {
      inRange("--rate", options.rate, 0.01, 1_000_000);
    }
    return new Setting(
        scenario,
        options.rate == null ? OptionalDouble.empty() : OptionalDouble.of(options.rate),
        inFlight,
        inRange("--runs", orElse(options.runs, usual.runs()), 1, ScenarioName.MOST_RUNS),
        duration(usual, options),
        options.warmUp == null
            ? USUAL_WARM_UP
            : Span.parse("--warm-up", options.warmUp, Duration.ZERO, LONGEST_WARM_UP),
        inRange("--steps", orElse(options.steps, usual.steps()), 1, 100_000),
        inRange("--payload", orElse(options.payload, USUAL_PAYLOAD), 0, 1_000_000),
        orElse(options.seed, 1L),
        workers(scenario, options));
  }

  /// Who says how many runs means all of them, but not for ever.
  private static Duration duration(ScenarioName.Usual usual, LoadOptions options) {
    if (options.duration != null) {
      return Span.parse("--duration", options.duration, SHORTEST, LONGEST);
    }
    return options.runs == null ? usual.duration() : Duration.ofHours(1);
  }

  private static int workers(ScenarioName scenario, LoadOptions options) {
    int otherwise = options.server ? 1 : scenario.usualWorkers();
    int workers =
        options.workers == null
            ? otherwise
            : inRange("--workers", options.workers, 1, MOST_WORKERS);
    int least = scenario.leastWorkers();
    if (workers < least) {
      String said = options.workers == null ? "--server" : "--workers";
      throw new IllegalArgumentException(
          ("the scenario %s needs %d servers or more, because chaos kills them;"
                  + " say --workers %d or more, or leave %s out")
              .formatted(scenario.text(), least, least, said));
    }
    return workers;
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }
}
