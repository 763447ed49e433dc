package dev.backstitch.loadtest.load.report;

import dev.backstitch.loadtest.load.profile.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything a load test found. Written as JSON with these members.
///
/// @param format the version of this shape; a change that breaks readers raises it
/// @param command what was typed
/// @param stopped why it ended before its end, null if it did not
/// @param build the version of Backstitch
/// @param profiles where the time went, for each measurement, if that was asked for
/// @param commit what `git describe` says of its sources, null if they are not at hand
public record LoadReport(
    int format,
    String command,
    Instant startedAt,
    double seconds,
    @Nullable String stopped,
    String build,
    @Nullable String commit,
    Machine machine,
    DatabaseFacts database,
    List<Measurement> measurements,
    List<Profile> profiles) {
  /// The shape described here.
  public static final int FORMAT = 1;

  /// Copies the list.
  public LoadReport {
    measurements = List.copyOf(measurements);
    profiles = List.copyOf(profiles);
  }

  /// That it was stopped, for people, if it was.
  public Optional<String> stoppedText() {
    return Optional.ofNullable(stopped)
        .map(why -> "stopped early (" + why + "); this is what was measured until then");
  }

  /// Whether everything that was begun succeeded.
  public boolean isClean() {
    return measurements.stream().allMatch(Measurement::isClean);
  }
}
