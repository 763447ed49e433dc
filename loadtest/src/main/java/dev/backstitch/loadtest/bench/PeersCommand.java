package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.api.command.Output;
import dev.backstitch.loadtest.contest.Arena;
import dev.backstitch.loadtest.contest.Contender;
import dev.backstitch.loadtest.contest.Contest;
import dev.backstitch.loadtest.contest.Row;
import dev.backstitch.loadtest.contest.Workload;
import dev.backstitch.loadtest.demo.TemporaryHome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints Backstitch beside its ceiling, the designs before it and its peers.
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    description = {
      "Have several engines do the same durable steps in turns: Backstitch, a bare program that does",
      "nothing but its checkpoints (the ceiling), the designs that were there before, and what a user",
      "would pick instead: DBOS, Restate, db-scheduler. One PostgreSQL, fsync on.",
      "The launcher builds what the peers need once; 'mvn -q -Ppeers package -DskipTests' does the same."
    })
final class PeersCommand implements Callable<Integer> {
  private static final String ROW = "%-13s %9s %-26s %-8s %10s %10s %10s %7s %9s %9s %9s %9s %9s";

  /// What a reader must know before comparing.
  private static final List<String> NOT_COMPARED =
      List.of(
          "Not the same: the ceiling runs no code and takes all runs in step; the baselines recover from",
          "nothing; dbos starts runs in the caller's process and writes one row per step; restate keeps a",
          "log and files of its own (its wal is not PostgreSQL's), is called over HTTP, and its server lives",
          "on in recovery; db-scheduler keeps neither history nor results.");

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Measurements of each, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = {
        "How long each measurement takes, 0.1 to 60. Default: ${DEFAULT-VALUE}.",
        "Before it an engine works until its compiler rests: at most ten times as long in a process",
        "that is new, twice in one that is not, and never longer than 40 s."
      })
  private double seconds = 5;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "The most runs in a measurement, 1 to 1000000. Default: ${DEFAULT-VALUE}.")
  private long runs = 1_000_000;

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      split = ",",
      defaultValue = "256",
      description = {
        "How many runs are open at a time, 1 to 10000; several make a sweep.",
        "Default: ${DEFAULT-VALUE}."
      })
  private List<Integer> inFlight = List.of();

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      split = ",",
      description = "Only these workloads. All by default.")
  private List<String> workloads = List.of();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      description = "Only these engines. All by default.")
  private List<String> engines = List.of();

  @Override
  public Integer call() {
    Contest.Plan plan = plan();
    PeerLibraries peers = PeerLibraries.find();
    try (TemporaryHome home = TemporaryHome.create();
        Arena arena = Arena.open(home.path());
        Contest contest = new Contest(arena, plan, peers::classPath)) {
      Contest.Outcome outcome = contest.run(options.output()::say);
      if (options.json()) {
        options.output().printJson(outcome.rows());
        outcome.missing().forEach(options.output()::say);
      } else {
        show(outcome);
      }
      outcome
          .restless()
          .forEach(who ->
              options
                  .output()
                  .say(
                      who
                          + " was measured while its compiler was still at work: "
                          + "give it more --seconds, and --runs if they are few."));
    }
    return 0;
  }

  private Contest.Plan plan() {
    inRange("--rounds", rounds, 1, 100);
    inRange("--runs", runs, 1, 1_000_000);
    inFlight.forEach(number -> inRange("--in-flight", number, 1, 10_000));
    inRange("--seconds", seconds, 0.1, 60);
    return new Contest.Plan(
        chosen("--workload", workloads, Workload.values(), Workload::label),
        chosen("--engine", engines, Contender.values(), Contender::label),
        rounds,
        inFlight.stream().distinct().sorted().toList(),
        Duration.ofNanos(Math.round(seconds * 1e9)),
        runs);
  }

  private static <T> List<T> chosen(
      String option, List<String> names, T[] all, Function<T, String> label) {
    List<String> known = Arrays.stream(all).map(label).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            option + " must be of " + String.join(", ", known) + ", was " + name);
      }
    }
    return Arrays.stream(all)
        .filter(one -> names.isEmpty() || names.contains(label.apply(one)))
        .toList();
  }

  private void show(Contest.Outcome outcome) {
    Output output = options.output();
    output.print(
        "%s, %d processors, Java %s"
            .formatted(
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version()));
    output.print("PostgreSQL: " + Arena.settings());
    output.print(
        "%d rounds of %s s in turns, 200 bytes out of every step (Backstitch: in, too)"
            .formatted(rounds, seconds));
    output.print(
        ROW.formatted(
            "workload",
            "in flight",
            "engine",
            "unit",
            "median",
            "min",
            "max",
            "ratio",
            "cpu us",
            "engine us",
            "wal B",
            "p50 ms",
            "p99 ms"));
    outcome.rows().forEach(row -> output.print(line(row)));
    output.print("");
    output.print(
        "ratio is backstitch's figure by the engine's of the same round, the median of all rounds;");
    output.print(
        "cpu (clients, engine and database), engine (clients and engine) and wal are per step.");
    outcome.settings().forEach((engine, settings) -> output.print(engine + ": " + settings));
    NOT_COMPARED.forEach(output::print);
    outcome.missing().forEach(why -> output.print("Not measured, " + why));
  }

  private static String line(Row row) {
    return ROW.formatted(
        row.workload(),
        row.inFlight() == null ? "-" : row.inFlight(),
        row.engine(),
        row.unit(),
        figure(row.median()),
        figure(row.min()),
        figure(row.max()),
        ratio(row),
        figure(row.cpuMicrosPerStep()),
        figure(row.engineMicrosPerStep()),
        figure(row.walBytesPerStep()),
        figure(row.p50Millis()),
        figure(row.p99Millis()));
  }

  private static String ratio(Row row) {
    return row.ratio() == null ? "-" : String.format(Locale.ROOT, "%.2f", row.ratio());
  }

  private static String figure(double value) {
    // A ratio of 1.04 says something else than one of 1.1.
    String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
