package dev.backstitch.loadtest.bench;

import dev.backstitch.api.command.Output;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// What the benchmarks share: how rows are shown.
final class BenchOptions {
  private final Output output = new Output();

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  /// Where results and talk go.
  Output output() {
    return output;
  }

  /// Whether a program reads the result.
  boolean json() {
    return json;
  }

  /// Prints rows, as JSON if that was asked for.
  ///
  /// @param asText prints them for a person
  <R> void show(List<R> rows, Consumer<? super List<R>> asText) {
    if (json) {
      output.printJson(rows);
    } else {
      asText.accept(rows);
    }
  }
}
