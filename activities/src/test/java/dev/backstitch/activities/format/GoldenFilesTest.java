package dev.backstitch.activities.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The expected bytes were written by Python; README.md beside them says how.
class GoldenFilesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"typical", "empty-array", "empty-members", "unicode", "numbers", "doubled-keys"})
  void a_students_file_is_byte_for_byte_what_python_writes(String name) throws Exception {
    byte[] source = resource(name + ".source.json");

    byte[] rendered = ProgressFile.parse(source).rendered();

    assertThat(text(rendered)).isEqualTo(text(resource(name + ".expected.json")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"typical", "empty-array", "empty-members", "unicode", "numbers", "doubled-keys"})
  void rendering_what_was_rendered_changes_nothing(String name) throws Exception {
    byte[] once = resource(name + ".expected.json");

    byte[] twice = ProgressFile.parse(once).rendered();

    assertThat(text(twice)).isEqualTo(text(once));
  }

  @ParameterizedTest
  @ValueSource(strings = {"user-map", "doubled-hashes", "empty-map"})
  void a_map_is_byte_for_byte_what_python_writes_sorted_by_number(String name) throws Exception {
    Map<String, String> entries = IdMap.parse(resource(name + ".source.json"));

    byte[] rendered = IdMap.rendered(entries);

    assertThat(text(rendered)).isEqualTo(text(resource(name + ".expected.json")));
  }

  @Test
  void numbers_keep_the_characters_they_were_written_with() throws Exception {
    byte[] source =
        "[{\"n\": [1.10, 1E5, -0, 1769010857.334515, 10.00]}]".getBytes(StandardCharsets.UTF_8);

    byte[] rendered = ProgressFile.parse(source).rendered();

    assertThat(text(rendered).replaceAll("\\s", ""))
        .isEqualTo("[{\"n\":[1.10,1E5,-0,1769010857.334515,10.00]}]");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenFilesTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
