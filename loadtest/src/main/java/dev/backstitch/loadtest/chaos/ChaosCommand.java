package dev.backstitch.loadtest.chaos;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.api.command.Output;
import dev.backstitch.migrations.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Breaks everything, again and again, and proves that nothing was lost or repeated.
@Command(
    name = "chaos",
    description = {
      "Kill, freeze and cut off worker processes and restart their database, under load; then hold",
      "what an independent witness saw against what the database has. Exits with 1 if anything was",
      "lost, repeated or violated, or, in the scenario failover, a run was not seen to be owned again.",
      "Times that are longer than they should be say so and don't count, unless --strict is given."
    })
public final class ChaosCommand implements Callable<Integer> {
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final int FOUND = 1;

  /// What a server has unless told otherwise.
  private static final Duration FAILOVER_LEASE = Duration.ofSeconds(10);

  private static final int FAILOVER_KILLS = 5;
  private static final int FAILOVER_FREEZES = 2;
  private static final Duration FAILOVER_PATIENCE = Duration.ofMinutes(2);

  private final Output output = new Output();

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "2",
      description = "How long faults go on, 0.1 to 10000. Default: ${DEFAULT-VALUE}.")
  private double minutes = 2;

  @Option(
      names = "--workers",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many worker processes, 2 to 20. Default: ${DEFAULT-VALUE}.")
  private int workers = 3;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "What the faults follow from. Default: another one each time.")
  private long seed = System.nanoTime();

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "How many clients start runs, each with its key, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int keys = 30;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description = {
        "Instead of the plan of faults: failover measures how long a worker's runs belong to nobody",
        "when it is killed, or freezes, with --runs of them open. The goals: killed, 2 s median and 5 s",
        "worst; frozen, the lease plus 1 s."
      })
  private @Nullable Scenario scenario;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Open runs of the scenario failover, 10 to 100000. Default: ${DEFAULT-VALUE}.")
  private int runs = 10_000;

  @Option(
      names = "--strict",
      description =
          "Let the scenario failover exit with 1 if a goal is missed, too. For a machine that does"
              + " nothing else.")
  private boolean strict;

  /// What can be measured by itself.
  enum Scenario {
    failover
  }

  @Option(
      names = "--beside",
      paramLabel = "JAR",
      description = {
        "Let every second worker run another build, to prove a rolling upgrade: its backstitch.jar",
        "with the lib folder beside it. The database has this build's schema."
      })
  private @Nullable Path beside;

  @Option(names = "--keep", description = "Keep the folder with the evidence in any case.")
  private boolean keep;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    inRange("--minutes", minutes, 0.1, 10_000);
    inRange("--workers", workers, 2, 20);
    inRange("--keys", keys, 1, 1_000);
    inRange("--runs", runs, 10, 100_000);
    if (beside != null && !Files.isRegularFile(beside)) {
      throw new IllegalArgumentException("--beside must be a jar, and there is none at " + beside);
    }
    if (strict && scenario != Scenario.failover) {
      throw new IllegalArgumentException("--strict is for --scenario failover");
    }
    Path folder = makeFolder();
    output.say("chaos with seed " + seed + " in " + folder);
    return scenario == Scenario.failover ? failover(folder) : perform(folder);
  }

  private int failover(Path folder) {
    Failover.Terms terms =
        new Failover.Terms(
            runs, FAILOVER_KILLS, FAILOVER_FREEZES, keys, seed, FAILOVER_LEASE, FAILOVER_PATIENCE);
    Failover.Summary summary;
    try (Curtain curtain = Curtain.over(folder, output::say)) {
      Stage stage = curtain.close(Stage.set(new Stage.Setting(folder, workers, FAILOVER_LEASE)));
      summary = new Failover(terms, stage, output::say).measure();
    }
    if (summary.isClean() && !keep) {
      remove(folder);
    } else {
      output.say("evidence: " + folder);
    }
    if (json) {
      output.printJson(summary);
    } else {
      ChaosText.of(summary).forEach(output::print);
    }
    if (!summary.goalsHeld()) {
      output.say(
          "a time goal was missed"
              + (strict ? ", which --strict makes a failure" : "; --strict makes that a failure"));
    }
    return exitCode(summary, strict);
  }

  static int exitCode(Failover.Summary summary, boolean strict) {
    return summary.isClean() && (summary.goalsHeld() || !strict) ? 0 : FOUND;
  }

  private int perform(Path folder) {
    Chaos.Terms terms =
        new Chaos.Terms(Duration.ofMillis((long) (minutes * 60_000)), workers, seed, keys, LEASE);
    ChaosSummary summary;
    try (Curtain curtain = Curtain.over(folder, output::say)) {
      Stage stage =
          curtain.close(
              Stage.set(
                  new Stage.Setting(folder, workers, LEASE).beside(Optional.ofNullable(beside))));
      summary = new Chaos(terms, stage, progress(), ChaosGuest.NOBODY).perform();
    }
    if (summary.isClean() && !keep) {
      remove(folder);
      summary = summary.withoutEvidence();
    }
    print(summary);
    return summary.isClean() ? 0 : FOUND;
  }

  private Consumer<String> progress() {
    boolean watched = output.isWatched();
    long[] lines = {0};
    return line -> {
      if (watched) {
        output.replaceLine(line);
      } else if (lines[0]++ % 10 == 0 || !Character.isDigit(line.charAt(0))) {
        output.say(line);
      }
    };
  }

  private void print(ChaosSummary summary) {
    if (json) {
      output.printJson(summary);
      return;
    }
    ChaosText.of(summary).forEach(output::print);
  }

  private static Path makeFolder() {
    try {
      return Files.createTempDirectory("backstitch-chaos-");
    } catch (IOException e) {
      throw new CommandFailedException("No folder can be made: " + e.getMessage(), e);
    }
  }

  /// The database's own part first: it knows how to end what may still run in it.
  static void remove(Path folder) {
    EmbeddedPostgres.delete(folder.resolve("postgres"));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder can't be removed: " + folder, e);
    }
  }
}
