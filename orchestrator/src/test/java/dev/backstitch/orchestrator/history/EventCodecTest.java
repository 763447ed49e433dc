package dev.backstitch.orchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Events as JSON, and payloads that come back as the bytes they were.
final class EventCodecTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "0",
        "-0.0",
        "1.0",
        "1.10",
        "1E400",
        "-12345678901234567890123456789.000",
        "\"\"",
        "\"a \\\"quoted\\\" \\\\ and } ] , \"",
        "\"\\u0000 \\ud800\"",
        "\"grüße 日本語 🧵\"",
        "[]",
        "{}",
        "[ 1 , [ 2.0 ] , { \"a\" : null } ]",
        "{\"payload\":{\"result\":[1,2,{\"value\":\"}\"}]},\"n\":1.50}"
      })
  void a_payload_comes_back_as_the_bytes_it_was(String json) {
    Payload payload = Payload.ofJson(json);
    Stream<Event> inEveryPlace =
        Stream.of(
            new Event.RunStarted("w", "key", "build", payload),
            new Event.RunCompleted(payload),
            new Event.ActivityScheduled(1, "A", Effect.READ, payload),
            new Event.ActivityCompleted(1, 2, AT, payload),
            new Event.ValueRecorded(3, "name", payload, null));

    inEveryPlace.forEach(event -> assertThat(throughJson(event)).isEqualTo(event));
  }

  /// Answers of the API are written through characters, history through bytes.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3_000, 9_000, 100_000})
  void a_payload_is_written_alike_as_bytes_and_as_text(int length) throws Exception {
    Payload payload = Payload.ofJson("[\"" + "ü🧵".repeat(length) + "\", 1.0]");
    Event event = new Event.RunCompleted(payload);
    ObjectMapper mapper = EventCodec.mapper();

    String expected = "{\"result\":" + payload.json() + "}";
    assertThat(EventCodec.encode(event).json()).isEqualTo(expected);
    assertThat(mapper.writeValueAsString(event)).isEqualTo(expected);
    assertThat(mapper.valueToTree(event).toString()).isEqualTo(expected);
  }

  @Test
  void random_payloads_come_back_as_the_bytes_they_were(TestReporter reporter) {
    long seed = Long.getLong("backstitch.seed", System.nanoTime());
    reporter.publishEntry("backstitch.seed", Long.toString(seed));
    SplittableRandom chance = new SplittableRandom(seed);

    for (int i = 0; i < 5_000; i++) {
      Event event = new Event.ValueRecorded(i, "n", Payload.ofJson(json(chance, 4)), null);

      assertThat(throughJson(event)).as("seed %s, case %s", seed, i).isEqualTo(event);
    }
  }

  @Test
  void a_member_order_or_members_of_another_build_do_no_harm() {
    Event event =
        EventCodec.decode(
            "ActivityCompleted",
            Payload.ofJson(
                "{ \"new\" : {\"a\":[1]}, \"result\" : [ 1.0 ] , \"startedAt\":\"2026-01-02T03:04:05.678901Z\","
                    + "\"attempt\":2,\"ordinal\" : 1 }"));

    assertThat(event).isEqualTo(new Event.ActivityCompleted(1, 2, AT, Payload.ofJson("[ 1.0 ]")));
  }

  /// Jackson's own limits are about input from strangers; what is recorded was let in before.
  @ParameterizedTest(name = "{index}")
  @MethodSource("outsized")
  void what_could_be_written_can_be_read(Payload payload) {
    Event event = new Event.RunCompleted(payload);

    assertThat(throughJson(event)).isEqualTo(event);
  }

  static Stream<Payload> outsized() {
    return Stream.of(
        Payload.ofJson("\"" + "x".repeat(21_000_000) + "\""),
        Payload.ofJson("9".repeat(2_000)),
        Payload.ofJson("{\"" + "k".repeat(60_000) + "\":1}"),
        Payload.ofJson("[".repeat(1_500) + "]".repeat(1_500)));
  }

  @Test
  void text_that_is_no_valid_unicode_is_mended_rather_than_refused() {
    Event event = new Event.RunFailed(new Failure("half\ud83e", "\udd75 cut in half \ud83e"));

    assertThat(throughJson(event))
        .isEqualTo(new Event.RunFailed(new Failure("half\ufffd", "\ufffd cut in half \ufffd")));
  }

  @Test
  void a_failure_message_is_cut_to_a_readable_length() {
    Failure failure = new Failure("x", "y".repeat(1_000_000));

    assertThat(failure.message()).hasSizeLessThan(20_000).endsWith("... (1000000 characters)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{", "{\"ordinal\":null,\"attempt\":1}", "{\"ordinal\":1}"})
  void a_row_that_nobody_can_have_written_is_refused(String json) {
    assertThatThrownBy(() -> EventCodec.decode("ActivityStarted", Payload.ofJson(json)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a recorded ActivityStarted");
  }

  @Test
  void an_event_of_a_newer_build_is_named() {
    assertThatThrownBy(() -> EventCodec.decode("MoonReached", Payload.ofJson("{}")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("MoonReached")
        .hasMessageContaining("a newer one has written it");
  }

  private static Event throughJson(Event event) {
    return EventCodec.decode(event.type(), EventCodec.encode(event));
  }

  private static String json(SplittableRandom chance, int depth) {
    String space = " ".repeat(chance.nextInt(2));
    return switch (chance.nextInt(depth == 0 ? 4 : 7)) {
      case 0 -> List.of("null", "true", "false").get(chance.nextInt(3));
      case 1 -> chance.nextInt(1_000) + (chance.nextBoolean() ? ".50" : "");
      case 2 -> chance.nextLong() + "E" + chance.nextInt(5);
      case 3 -> text(chance);
      case 4 ->
          IntStream.range(0, chance.nextInt(4))
              .mapToObj(_ -> json(chance, depth - 1))
              .collect(Collectors.joining(space + "," + space, "[", "]"));
      default ->
          IntStream.range(0, chance.nextInt(4))
              .mapToObj(_ -> text(chance) + space + ":" + space + json(chance, depth - 1))
              .collect(Collectors.joining("," + space, "{" + space, "}"));
    };
  }

  private static String text(SplittableRandom chance) {
    List<String> parts =
        List.of("a", "ü", "日", "🧵", "\\n", "\\\"", "\\\\", "}", "]", ",", ":", " ");
    StringBuilder text = new StringBuilder("\"");
    for (int i = chance.nextInt(8); i > 0; i--) {
      text.append(parts.get(chance.nextInt(parts.size())));
    }
    return text.append('"').toString();
  }
}
