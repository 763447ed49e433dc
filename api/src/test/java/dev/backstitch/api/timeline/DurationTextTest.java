package dev.backstitch.api.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.00025S, 0.25 ms",
    "PT0.35S, 350 ms",
    "PT0.9999S, 999 ms",
    "PT1.25S, 1.25 s",
    "PT2S, 2 s",
    "PT9.999S, 9.99 s",
    "PT12.34S, 12.3 s",
    "PT59.99S, 59.9 s",
    "PT2M5S, 2 min 5 s",
    "PT3H, 3 h",
    "PT27H, 1 d 3 h",
    "PT-1.5S, -1.5 s"
  })
  void a_duration_reads_as_a_person_would_write_it(Duration duration, String text) {
    assertThat(DurationText.of(duration)).isEqualTo(text);
  }
}
