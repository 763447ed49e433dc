package dev.backstitch.activities.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdMapTest {

  @Test
  void keys_are_in_the_order_of_their_numbers() {
    Map<String, String> entries =
        Map.of("100", "c", "9", "a", "10", "b", "x", "d", "", "e", "007", "f", "7", "g");

    assertThat(IdMap.sorted(entries).keySet())
        .containsExactly("007", "7", "9", "10", "100", "", "x");
  }

  @Test
  void of_a_key_that_occurs_twice_the_last_value_counts() throws Exception {
    byte[] bytes =
        "{\"7\": \"old\", \"8\": \"x\", \"7\": \"new\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(IdMap.parse(bytes)).isEqualTo(Map.of("7", "new", "8", "x"));
  }

  @Test
  void a_file_without_a_byte_is_an_empty_map() throws Exception {
    assertThat(IdMap.parse(new byte[0])).isEmpty();
  }

  @Test
  void anything_but_an_object_of_strings_is_refused() {
    assertThatThrownBy(() -> IdMap.parse("[]".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("it must be an object of strings");
    assertThatThrownBy(() -> IdMap.parse("{\"7\": 8}".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("it must be an object of strings, but the value of 7 is not one");
  }
}
