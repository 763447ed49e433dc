package dev.backstitch.loadtest.python;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The expected texts are what `json.dumps(json.loads(text), indent=2)` of CPython 3.11 prints.
class PythonJsonTest {

  @Test
  void a_list_of_attempts_is_indented_by_two() {
    String compact =
        "[{\"exercise_name\":\"tag-along\",\"started_at\":1769010857.334515,"
            + "\"completed_at\":null,\"comments\":[],\"status\":\"Completed\"},"
            + "{\"comments\":[\"a\",\"b\"]}]";

    assertThat(rewritten(compact))
        .isEqualTo(
            """
            [
              {
                "exercise_name": "tag-along",
                "started_at": 1769010857.334515,
                "completed_at": null,
                "comments": [],
                "status": "Completed"
              },
              {
                "comments": [
                  "a",
                  "b"
                ]
              }
            ]\
            """);
  }

  @Test
  void empty_containers_stay_on_one_line() {
    assertThat(rewritten(" [ ] ")).isEqualTo("[]");
    assertThat(rewritten("{ }")).isEqualTo("{}");
    assertThat(rewritten("[{}, []]")).isEqualTo("[\n  {},\n  []\n]");
  }

  @Test
  void everything_outside_printable_ascii_is_escaped() {
    assertThat(rewritten("\"caf\u00e9 \u4f60 \ud83c\udf89 \u007f /\""))
        .isEqualTo("\"caf\\u00e9 \\u4f60 \\ud83c\\udf89 \\u007f /\"");
    assertThat(rewritten("\"\\u00E9 \\b\\f\\n\\r\\t \\u0001 \\\" \\\\ \\/\""))
        .isEqualTo("\"\\u00e9 \\b\\f\\n\\r\\t \\u0001 \\\" \\\\ /\"");
  }

  @Test
  void of_a_repeated_key_the_first_place_and_the_last_value_count() {
    assertThat(rewritten("{\"a\": 1, \"b\": 2, \"a\": 3}"))
        .isEqualTo("{\n  \"a\": 3,\n  \"b\": 2\n}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "1769010857.0",
        "1769010857.334515",
        "1.50",
        "1e5",
        "12345678901234567890"
      })
  void numbers_keep_their_text(String number) {
    assertThat(rewritten(number)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "[1,]",
        "{\"a\"}",
        "{a: 1}",
        "'a'",
        "01",
        "1.",
        ".5",
        "+1",
        "tru",
        "nul",
        "[1] 2",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"open",
        "--1",
        "NaN",
        "\u00a01"
      })
  void what_is_no_json_is_refused(String text) {
    assertThat(PythonJson.read(text)).isEmpty();
  }

  private static String rewritten(String text) {
    return PythonJson.write(PythonJson.read(text).orElseThrow());
  }
}
