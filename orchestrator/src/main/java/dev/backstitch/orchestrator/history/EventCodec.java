package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Events as JSON objects, without their type, which has a column of its own.
///
/// A [Payload] inside an event is written as the raw JSON that it is and read back as the same
/// bytes, by cutting them out of the row: parsing and printing a number anew could change its
/// lexeme, and replay compares bytes.
public final class EventCodec {
  private static final String SOURCE = "source";

  /// Jackson's limits on lengths are about input from strangers. What is recorded was let in
  /// before, and a run whose history can't be read would be lost. The limit on depth stays: it is
  /// the same for writing.
  static final StreamReadConstraints WITHOUT_LENGTH_LIMITS =
      StreamReadConstraints.builder()
          .maxStringLength(Integer.MAX_VALUE)
          .maxNumberLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .build();

  /// Payloads are cut out and not parsed, so their depth does not matter here.
  private static final StreamReadConstraints WITHOUT_LIMITS =
      WITHOUT_LENGTH_LIMITS.rebuild().maxNestingDepth(Integer.MAX_VALUE).build();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(factory(WITHOUT_LIMITS))
          .accessorNaming(new ComponentsOnly())
          .addModule(new JavaTimeModule())
          .addModule(
              new SimpleModule()
                  .addSerializer(Payload.class, new PayloadSerializer())
                  .addSerializer(Instant.class, new InstantSerializer())
                  .addDeserializer(Payload.class, new PayloadDeserializer()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final Map<String, Codec> CODECS = codecs();

  private EventCodec() {}

  private record Codec(ObjectWriter writer, ObjectReader reader) {}

  static JsonFactory factory(StreamReadConstraints limits) {
    return JsonFactory.builder()
        .streamReadConstraints(limits)
        .recyclerPool(JsonBuffers.SHARED)
        .build();
  }

  /// A copy of the mapper that events are written with: shows a [Payload] as raw JSON.
  public static ObjectMapper mapper() {
    return MAPPER.copy();
  }

  /// The event as a JSON object, without its type.
  public static Payload encode(Event event) {
    return Payload.ofOwnUtf8(encodeUtf8(event));
  }

  /// As [#encode], as bytes that belong to the caller.
  public static byte[] encodeUtf8(Event event) {
    try {
      return codec(event.type()).writer().writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads an event back.
  ///
  /// @param type the label of the SQL type `event_type`
  /// @throws IllegalStateException if the row is not one that this build or one before it wrote
  public static Event decode(String type, Payload payload) {
    byte[] source = payload.sharedUtf8();
    try {
      Event event = codec(type).reader().withAttribute(SOURCE, source).readValue(source);
      if (event == null) {
        throw new IllegalStateException("a recorded " + type + " is null");
      }
      return event;
    } catch (IOException e) {
      throw new IllegalStateException(
          "a recorded " + type + " can't be read: " + e.getMessage(), e);
    }
  }

  /// The labels of the SQL type `event_type`, in its order.
  static Stream<Class<? extends Event>> types() {
    return Stream.of(
        Event.RunStarted.class,
        Event.RunCompleted.class,
        Event.RunFailed.class,
        Event.ActivityScheduled.class,
        Event.ActivityStarted.class,
        Event.ActivityAttemptFailed.class,
        Event.ActivityDeferred.class,
        Event.ActivityCompleted.class,
        Event.ActivityFailed.class,
        Event.ActivityOutcomeUnknown.class,
        Event.TimerSet.class,
        Event.TimerFired.class,
        Event.TimerCancelled.class,
        Event.ValueRecorded.class,
        Event.VersionChosen.class,
        Event.ActivityCancelled.class,
        Event.SignalReceived.class,
        Event.CancelRequested.class,
        Event.RunCancelled.class,
        Event.RunTerminated.class,
        Event.PostRecorded.class,
        Event.FinalPostDeclared.class);
  }

  private static Map<String, Codec> codecs() {
    Map<String, Codec> codecs = new HashMap<>();
    types()
        .forEach(type ->
            codecs.put(
                type.getSimpleName(), new Codec(MAPPER.writerFor(type), MAPPER.readerFor(type))));
    return Map.copyOf(codecs);
  }

  private static Codec codec(String type) {
    Codec codec = CODECS.get(type);
    if (codec == null) {
      throw new IllegalStateException(
          "event type " + type + " is unknown to this build; a newer one has written it");
    }
    return codec;
  }

  private static final class PayloadSerializer extends StdSerializer<Payload> {
    PayloadSerializer() {
      super(Payload.class);
    }

    @Override
    public void serialize(Payload value, JsonGenerator generator, SerializerProvider provider)
        throws IOException {
      generator.writeRawValue(new RawJson(value));
    }
  }

  private static final class PayloadDeserializer extends StdDeserializer<Payload> {
    PayloadDeserializer() {
      super(Payload.class);
    }

    @Override
    public Payload deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      byte[] source = (byte[]) Objects.requireNonNull(context.getAttribute(SOURCE), SOURCE);
      int from = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      parser.finishToken();
      int to = (int) parser.currentLocation().getByteOffset();
      return Payload.ofOwnUtf8(Arrays.copyOfRange(source, from, to));
    }

    @Override
    public Payload getNullValue(DeserializationContext context) {
      return Payload.NULL;
    }
  }
}
