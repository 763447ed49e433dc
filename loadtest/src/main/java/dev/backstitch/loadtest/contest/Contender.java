package dev.backstitch.loadtest.contest;

import java.util.Arrays;
import java.util.Optional;

/// Who can take part, and in what.
public enum Contender {
  /// This engine, every step a `WRITE`.
  BACKSTITCH("backstitch"),
  /// A bare program that calls the engine's checkpoint function with the same rows.
  CEILING("ceiling");

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  /// What it is called on the command line and in the table.
  public String label() {
    return label;
  }

  /// Whether it does this.
  public boolean does(Workload workload) {
    return switch (this) {
      case BACKSTITCH -> true;
      case CEILING -> workload.steps() > 0;
    };
  }

  /// The one that is called so.
  public static Optional<Contender> of(String label) {
    return Arrays.stream(values()).filter(contender -> contender.label.equals(label)).findFirst();
  }

  @Override
  public String toString() {
    return label;
  }
}
