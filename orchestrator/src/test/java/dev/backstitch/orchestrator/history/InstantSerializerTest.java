package dev.backstitch.orchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Instants as text: what is formatted once per second is what the platform would write each time.
final class InstantSerializerTest {
  private final InstantSerializer serializer = new InstantSerializer();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "2026-11-22T15:00:00.000000001Z",
        "2026-11-22T15:00:00.000001Z",
        "2026-11-22T15:00:00.001Z",
        "2026-11-22T15:00:00.100Z",
        "2026-11-22T15:00:00.999999Z",
        "-0044-03-15T12:00:00.5Z",
        "+12345-01-01T00:00:00.25Z"
      })
  void an_instant_is_written_as_the_platform_writes_it(String text) {
    Instant instant = Instant.parse(text);

    assertThat(serializer.text(instant)).isEqualTo(instant.toString());
  }

  @Test
  void random_instants_one_after_the_other_are_each_written_as_the_platform_writes_them(
      TestReporter reporter) {
    long seed = Long.getLong("backstitch.seed", System.nanoTime());
    reporter.publishEntry("backstitch.seed", Long.toString(seed));
    SplittableRandom random = new SplittableRandom(seed);
    int[] grains = {1, 1_000, 1_000_000, 1_000_000_000};

    for (int i = 0; i < 10_000; i++) {
      int grain = grains[random.nextInt(grains.length)];
      // Few seconds, so that many follow one of their own.
      Instant instant =
          Instant.ofEpochSecond(
              1_800_000_000L + random.nextInt(4),
              random.nextInt(1_000_000_000) / grain * (long) grain);
      assertThat(serializer.text(instant)).isEqualTo(instant.toString());
    }
  }
}
