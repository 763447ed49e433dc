package dev.backstitch.loadtest.option;

import picocli.CommandLine.Option;

/// `--students` of the commands that sync a class, of which ten change: a mixin.
public final class StudentsOption {
  @Option(
      names = "--students",
      paramLabel = "N",
      defaultValue = "185",
      description = "How many students there are, 10 to 2000. Default: ${DEFAULT-VALUE}.")
  private int students = 185;

  /// How many students there are.
  ///
  /// @throws IllegalArgumentException if they are fewer than 10 or more than 2,000
  public int number() {
    return OptionRange.inRange("--students", students, 10, 2_000);
  }
}
