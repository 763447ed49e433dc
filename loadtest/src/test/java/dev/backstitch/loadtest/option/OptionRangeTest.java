package dev.backstitch.loadtest.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionRangeTest {
  @Test
  void both_ends_of_a_range_are_in_it() {
    assertThat(OptionRange.inRange("--minutes", 0.1, 0.1, 10_000)).isEqualTo(0.1);
    assertThat(OptionRange.inRange("--workers", 20, 2, 20)).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource({"0.09,0.09", "10001,10001", "-Infinity,-Infinity", "Infinity,Infinity", "NaN,NaN"})
  void what_is_beyond_it_or_no_number_is_refused_by_name(double value, String shown) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OptionRange.inRange("--minutes", value, 0.1, 10_000))
        .withMessage("--minutes must be 0.1 to 10000, was " + shown);
  }
}
