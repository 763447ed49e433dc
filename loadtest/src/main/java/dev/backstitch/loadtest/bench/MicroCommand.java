package dev.backstitch.loadtest.bench;

import static dev.backstitch.loadtest.option.OptionRange.inRange;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.api.command.Output;
import dev.backstitch.orchestrator.history.EventCodec;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints what the engine's hot inner pieces cost, each alone.
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    description = {
      "Measure the engine's hot inner pieces, each alone, with JMH: events to JSON and back, the",
      "comparison of commands in replay, the hand-over between a run's turn and its code, run ids.",
      "The launcher builds them once; 'mvn -q -Pjmh package -DskipTests' does the same."
    })
final class MicroCommand implements Callable<Integer> {
  private static final String PROPERTY = "backstitch.micro";
  private static final String ROW = "%-48s %12s %12s %12s";
  private static final ObjectMapper JSON = EventCodec.mapper();

  @Mixin private final BenchOptions options = new BenchOptions();

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "Only those whose names match. All by default.")
  private String only = ".*";

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "3",
      description = "In how many processes each is measured, 1 to 20. Default: ${DEFAULT-VALUE}.")
  private int forks = 3;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "5",
      description = "Seconds of warm-up, and of measuring, 1 to 60. Default: ${DEFAULT-VALUE}.")
  private int iterations = 5;

  @Override
  public Integer call() throws IOException, InterruptedException {
    inRange("--forks", forks, 1, 20);
    inRange("--iterations", iterations, 1, 60);
    Path folder = folder();
    Path results = Files.createTempFile("backstitch-micro-", ".json");
    try {
      measure(folder, results);
      options.show(MicroRow.read(JSON.readTree(results.toFile())), this::print);
    } finally {
      Files.delete(results);
    }
    return 0;
  }

  /// The folder that the launcher names, or else the one beside this build.
  private static Path folder() {
    Path folder =
        Path.of(
            System.getProperty(
                PROPERTY,
                Path.of("loadtest", "micro", "target", "app").toAbsolutePath().toString()));
    Path jar = folder.resolve("micro.jar");
    if (!Files.exists(jar)) {
      throw new CommandFailedException(
          "the benchmarks are not built (there is no "
              + jar
              + "); 'mvn -q -Pjmh package -DskipTests' builds them, or says why it can't");
    }
    return folder;
  }

  /// JMH prints how it goes where our own talk goes, so that what is printed for others stays
  /// clean.
  private void measure(Path folder, Path results) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(folder, results))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (var lines = process.inputReader()) {
      lines.lines().forEach(options.output()::say);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      process.destroy();
    }
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new CommandFailedException("JMH ended with " + exitCode + "; its messages are above");
    }
  }

  private List<String> command(Path folder, Path results) {
    String count = Integer.toString(iterations);
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        folder.resolve("micro.jar") + File.pathSeparator + folder.resolve("lib") + "/*",
        "org.openjdk.jmh.Main",
        only,
        "-bm",
        "avgt",
        "-tu",
        "ns",
        "-f",
        Integer.toString(forks),
        "-wi",
        count,
        "-w",
        "1s",
        "-i",
        count,
        "-r",
        "1s",
        "-foe",
        "true",
        "-prof",
        "gc",
        "-rf",
        "json",
        "-rff",
        results.toString());
  }

  private void print(List<MicroRow> rows) {
    Output output = options.output();
    output.print(ROW.formatted("piece", "ns", "+- (99.9 %)", "bytes"));
    rows.forEach(row ->
        output.print(
            ROW.formatted(
                row.piece(),
                figure(row.nanos()),
                figure(row.errorNanos()),
                figure(row.allocatedBytes()))));
  }

  private static String figure(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%,.1f", value);
  }
}
