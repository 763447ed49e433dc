package dev.backstitch.orchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Values of workflows as JSON: the same value has the same bytes in every process.
final class ValueCodecTest {
  private final ValueCodec codec = new ValueCodec();

  enum Colour {
    RED,
    GREEN
  }

  record Everything(
      int number,
      @Nullable String text,
      BigDecimal exact,
      Instant at,
      Duration length,
      List<String> list,
      Map<String, Integer> map,
      Colour colour) {}

  @Test
  void a_record_is_written_in_the_order_of_its_components() {
    var value =
        new Everything(
            1,
            null,
            new BigDecimal("1.50"),
            Instant.parse("2026-01-02T03:04:05Z"),
            Duration.ofSeconds(90),
            List.of("b", "a"),
            new HashMap<>(Map.of("z", 1, "a", 2)),
            Colour.GREEN);

    Payload payload = codec.encode(value);

    assertThat(payload.json())
        .isEqualTo(
            "{\"number\":1,\"text\":null,\"exact\":1.50,\"at\":\"2026-01-02T03:04:05Z\","
                + "\"length\":\"PT1M30S\",\"list\":[\"b\",\"a\"],\"map\":{\"a\":2,\"z\":1},"
                + "\"colour\":\"GREEN\"}");
    assertThat(codec.decode(payload, codec.type(Everything.class))).isEqualTo(value);
  }

  record Box(int size, boolean isOpen) {
    boolean isLarge() {
      return size > 10;
    }

    int getTwice() {
      return 2 * size;
    }
  }

  @Test
  void a_records_own_methods_are_no_part_of_its_json() {
    Payload payload = codec.encode(new Box(11, true));

    assertThat(payload.json()).isEqualTo("{\"size\":11,\"isOpen\":true}");
    assertThat(codec.decode(payload, codec.type(Box.class))).isEqualTo(new Box(11, true));
  }

  /// The order of such sets differs from process to process, by a salt or by identity hashes.
  @Test
  void a_set_without_an_order_of_its_own_is_written_in_one() {
    assertThat(codec.encode(Set.of("b", "c", "a")).json()).isEqualTo("[\"a\",\"b\",\"c\"]");
    assertThat(codec.encode(Set.copyOf(List.of(10, 9, 1))).json()).isEqualTo("[1,10,9]");
    assertThat(codec.encode(new Tags(Set.of(Colour.RED, Colour.GREEN))).json())
        .isEqualTo("{\"colours\":[\"GREEN\",\"RED\"]}");
    assertThat(codec.encode(Map.of("k", Set.of(Optional.of(2), Optional.of(1)).size())).json())
        .isEqualTo("{\"k\":2}");
  }

  record Tags(Set<Colour> colours) {}

  @Test
  void a_set_with_an_order_of_its_own_keeps_it() {
    assertThat(codec.encode(new LinkedHashSet<>(List.of("b", "a"))).json())
        .isEqualTo("[\"b\",\"a\"]");
    assertThat(codec.encode(new TreeSet<>(List.of("b", "a"))).json()).isEqualTo("[\"a\",\"b\"]");
    TreeSet<String> backwards = new TreeSet<>(Collections.reverseOrder());
    backwards.addAll(List.of("a", "b"));
    assertThat(codec.encode(backwards).json()).isEqualTo("[\"b\",\"a\"]");
  }

  @Test
  void what_is_recorded_is_read_leniently_and_what_is_sent_is_not() {
    Payload more = Payload.ofJson("{\"colours\":[],\"gone\":1}");

    assertThat(codec.decode(more, codec.type(Tags.class))).isEqualTo(new Tags(Set.of()));
    assertThatThrownBy(() -> codec.decodeStrictly(more, codec.type(Tags.class)))
        .hasMessageContaining("gone");
    assertThatThrownBy(() ->
            codec.decodeStrictly(Payload.ofJson("{\"colours\":[]} x"), codec.type(Tags.class)))
        .hasMessageContaining("Unrecognized token 'x'");
  }

  @Test
  void a_value_that_is_no_json_is_refused_with_its_type() {
    assertThatThrownBy(() -> codec.encode(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object can't be written as JSON");
  }

  @Test
  void what_could_be_written_can_be_read() {
    String large = "x".repeat(21_000_000);
    BigDecimal precise = new BigDecimal("1." + "1".repeat(2_000));

    assertThat(codec.decode(codec.encode(large), codec.type(String.class))).isEqualTo(large);
    assertThat(codec.decode(codec.encode(precise), codec.type(BigDecimal.class)))
        .isEqualTo(precise);
  }
}
