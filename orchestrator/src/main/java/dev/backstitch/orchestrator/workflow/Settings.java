package dev.backstitch.orchestrator.workflow;

import java.util.Map;
import java.util.Optional;

/// What a module may be told from outside, by name, such as `github.token`. Values may be secrets,
/// so they are never shown.
public final class Settings {
  private final Map<String, String> values;

  /// Copies the values.
  public Settings(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /// The value of a setting, if it is set and not blank.
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }

  /// The names only: values may be secrets.
  @Override
  public String toString() {
    return "Settings" + values.keySet();
  }
}
