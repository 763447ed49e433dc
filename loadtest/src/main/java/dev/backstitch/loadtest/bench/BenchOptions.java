package dev.backstitch.loadtest.bench;

import dev.backstitch.api.command.Output;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// What the benchmarks share: how rows are shown, and how a number out of range is refused.
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

  /// @throws IllegalArgumentException naming the option and its range
  static void inRange(String option, double value, double least, double most) {
    // Written so that what is no number is refused, too.
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          option + " must be " + plain(least) + " to " + plain(most) + ", was " + plain(value));
    }
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
