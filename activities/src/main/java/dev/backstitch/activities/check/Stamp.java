package dev.backstitch.activities.check;

import dev.backstitch.orchestrator.workflow.PostVersion;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a check run's external id says: which version it shows, and how much of it.
///
/// @param version the run and its place, as text
/// @param part the last part that is there, from 1
/// @param parts how many there are
record Stamp(String version, int part, int parts) {
  private static final Pattern FORM =
      Pattern.compile("backstitch:([^:]+:[0-9]+):([0-9]{1,4})/([0-9]{1,4})");

  static String name(PostVersion version) {
    return version.runId() + ":" + version.seq();
  }

  /// Empty if it is not ours.
  static Optional<Stamp> read(String externalId) {
    Matcher form = FORM.matcher(externalId);
    return form.matches()
        ? Optional.of(
            new Stamp(
                form.group(1), Integer.parseInt(form.group(2)), Integer.parseInt(form.group(3))))
        : Optional.empty();
  }

  boolean isOf(PostVersion other) {
    return version.equals(name(other));
  }

  boolean isWhole() {
    return part == parts;
  }

  @Override
  public String toString() {
    return "backstitch:" + version + ":" + part + "/" + parts;
  }
}
