package dev.backstitch.orchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstitch.orchestrator.workflow.Effect;
import dev.backstitch.orchestrator.workflow.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Events as they were written once, and must be read for ever: a file per event type and version
/// of its form. A file is never changed; a new form gets a new file beside it.
final class GoldenEventsTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("backstitch.root", ".."))
          .resolve("orchestrator/src/test/resources/golden");
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final Payload CALL = Payload.ofJson("{\"repository\":\"a/b\",\"weight\":1.50}");
  private static final Failure FAILURE = new Failure("bad-gateway", "502 \"Bad Gateway\" – grüße");

  /// What each file means, in the order of the SQL type.
  private static final List<Event> EVENTS =
      List.of(
          new Event.RunStarted("progress-sync", "a/b", "1.0.0", CALL),
          new Event.RunCompleted(Payload.ofJson("[1,2.0,\"three\",null]")),
          new Event.RunFailed(FAILURE),
          new Event.ActivityScheduled(1, "ListHeads", Effect.READ, CALL),
          new Event.ActivityStarted(2, 1),
          new Event.ActivityAttemptFailed(1, 2, AT, FAILURE, AT.plusSeconds(30)),
          new Event.ActivityDeferred(1, 3, "quota of user:octocat is used up", AT.plusSeconds(60)),
          new Event.ActivityCompleted(1, 4, AT, Payload.ofJson("{\"heads\":[]}")),
          new Event.ActivityFailed(1, 5, AT, FAILURE),
          new Event.ActivityOutcomeUnknown(2, 1),
          new Event.TimerSet(3, AT.plusNanos(1)),
          new Event.TimerFired(3),
          new Event.TimerCancelled(4, 3),
          new Event.ValueRecorded(5, "limit", Payload.ofJson("10"), null),
          new Event.VersionChosen(6, "batched-fetch", 2),
          new Event.ActivityCancelled(7, 1),
          new Event.SignalReceived("approve", "order-7", "octocat", CALL),
          new Event.CancelRequested("octocat", FAILURE.message()),
          new Event.RunCancelled("octocat", FAILURE.message()),
          new Event.RunTerminated("octocat", "it spins"),
          new Event.PostRecorded(8, "github-branch:a/b:tracker", "students/7", CALL),
          new Event.FinalPostDeclared(
              9,
              "https:hooks.example/x",
              "sync",
              CALL,
              Payload.ofJson("\"failed\""),
              Payload.ofJson("3.0"),
              Payload.NULL));

  static Stream<Event> events() {
    return EVENTS.stream();
  }

  @ParameterizedTest
  @MethodSource("events")
  void an_event_is_read_as_it_was_meant(Event event) throws IOException {
    String golden = read(file(event.type()));

    assertThat(EventCodec.decode(event.type(), Payload.ofJson(golden))).isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("events")
  void an_event_is_still_written_in_that_form(Event event) throws IOException {
    assertThat(EventCodec.encode(event).json()).isEqualTo(read(file(event.type())));
  }

  @Test
  void a_value_that_failed_has_its_failure() throws IOException {
    Event event = new Event.ValueRecorded(5, "limit", Payload.NULL, FAILURE);

    assertThat(EventCodec.decode(event.type(), Payload.ofJson(read(file("ValueRecorded-failed")))))
        .isEqualTo(event);
  }

  @Test
  void every_event_type_has_a_golden_file_and_every_file_a_type() throws IOException {
    List<String> types = EventCodec.types().map(Class::getSimpleName).toList();
    List<String> files;
    try (Stream<Path> found = Files.list(GOLDEN)) {
      files =
          found
              .map(path -> path.getFileName().toString().replaceFirst("(-[a-z-]+)?\\.json$", ""))
              .distinct()
              .toList();
    }

    assertThat(files).containsExactlyInAnyOrderElementsOf(types);
    assertThat(EVENTS.stream().map(Event::type)).containsExactlyElementsOf(types);
  }

  /// The list in the codec is written by hand, since it has an order.
  @Test
  void the_codec_knows_every_event() {
    assertThat(EventCodec.types().map(Class::getName))
        .containsExactlyInAnyOrderElementsOf(records(Event.class).map(Class::getName).toList());
  }

  @Test
  void every_event_has_a_line_in_the_table_of_events() throws IOException {
    String table =
        Files.readString(
            GOLDEN
                .resolve("../../../main/java/dev/backstitch/orchestrator/history/README.md")
                .normalize());

    List<String> documented =
        table
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("`", 3)[1])
            .toList();
    assertThat(documented)
        .containsExactlyElementsOf(EventCodec.types().map(Class::getSimpleName).toList());
    EventCodec.types()
        .forEach(type ->
            Arrays.stream(Objects.requireNonNull(type.getRecordComponents()))
                .forEach(component ->
                    assertThat(line(table, type)).contains("`" + component.getName() + "`")));
  }

  private static String line(String table, Class<?> type) {
    return table
        .lines()
        .filter(line -> line.startsWith("| `" + type.getSimpleName() + "`"))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<Class<?>> records(Class<?> type) {
    Class<?>[] permitted = type.getPermittedSubclasses();
    return permitted == null
        ? Stream.of(type)
        : Arrays.stream(permitted).flatMap(GoldenEventsTest::records).distinct();
  }

  private static Path file(String name) {
    return GOLDEN.resolve(name + ".json");
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }
}
