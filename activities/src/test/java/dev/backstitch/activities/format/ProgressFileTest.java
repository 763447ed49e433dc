package dev.backstitch.activities.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProgressFileTest {

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("", "it is empty"),
        Arguments.of(" \n", "it is empty"),
        Arguments.of("{}", "it must be an array of objects, but it is an object"),
        Arguments.of("\"x\"", "it must be an array of objects, but it is a string"),
        Arguments.of("7", "but it is a number, true, false or null"),
        Arguments.of("[1]", "entry 1 is not an object"),
        Arguments.of("[{}, []]", "entry 2 is not an object"),
        Arguments.of("[{}", "line 1"),
        Arguments.of("[{\"a\": 1,}]", "line 1, column"),
        Arguments.of("[{}]\n[{}]", "line 2, column 1: text follows the end"),
        Arguments.of("[{\"a\": NaN}]", "this is not JSON"),
        Arguments.of("[{'a': 1}]", "this is not JSON"),
        Arguments.of("\uFEFF[{}]", "this is not JSON"),
        Arguments.of("[".repeat(5_000), "nested too deeply"),
        Arguments.of("[{\"n\": " + "9".repeat(5_000) + "}]", "a value is too long"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void anything_but_an_array_of_objects_is_refused_with_a_reason(String text, String reason) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> ProgressFile.parse(bytes))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void bytes_that_are_not_utf8_are_refused() {
    byte[] latin1 = "[{\"name\": \"José\"}]".getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> ProgressFile.parse(latin1)).hasMessage("it is not UTF-8");
  }

  @Test
  void a_reason_quotes_nothing_of_the_file() {
    byte[] bytes = "[{\"name\": secret-name}]".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> ProgressFile.parse(bytes))
        .isInstanceOfSatisfying(
            MalformedFileException.class,
            refused -> assertThat(refused.reason()).doesNotContain("secret"));
  }
}
