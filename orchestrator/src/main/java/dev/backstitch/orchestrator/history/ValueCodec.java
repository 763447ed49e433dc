package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/// The values of workflows and activities as JSON: inputs, calls, results.
///
/// Writing is deterministic, because replay compares calls by their bytes: record components, and
/// nothing else, in their order, map entries by key, sets without an order of their own by element,
/// times in ISO-8601. Reading comes in two kinds: what a user sends is refused when it has unknown
/// members or exceeds Jackson's limits, what the history holds is read leniently, so that a
/// component can be removed from a result type, and whatever could be written can be read.
///
/// Immutable and safe for any thread.
public final class ValueCodec {
  private final JsonMapper mapper = mapper(EventCodec.WITHOUT_LENGTH_LIMITS);
  private final ObjectReader strict =
      mapper(StreamReadConstraints.defaults())
          .reader()
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static JsonMapper mapper(StreamReadConstraints limits) {
    return JsonMapper.builder(EventCodec.factory(limits))
        .accessorNaming(new ComponentsOnly())
        .addModule(new JavaTimeModule())
        .addModule(new SimpleModule().addSerializer(new SetSerializer()))
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /// Resolves a Java type.
  public JavaType type(Type type) {
    return mapper.constructType(type);
  }

  /// Writes a value.
  ///
  /// @throws IllegalArgumentException if its type can't be written as JSON
  public Payload encode(@Nullable Object value) {
    if (value == null) {
      return Payload.NULL;
    }
    try {
      return Payload.ofOwnUtf8(mapper.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          value.getClass().getName() + " can't be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// Reads a recorded value.
  ///
  /// @throws IllegalArgumentException if it does not fit the type
  public @Nullable Object decode(Payload payload, JavaType type) {
    try {
      return mapper.readValue(payload.sharedUtf8(), type);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a recorded value is no " + type + ": " + e.getMessage(), e);
    }
  }

  /// Reads a value that a user sent.
  ///
  /// @throws JsonProcessingException if it is no JSON, or does not fit the type; its path says
  ///   where
  public @Nullable Object decodeStrictly(Payload payload, JavaType type)
      throws JsonProcessingException {
    return strict.forType(type).readValue(payload.json());
  }
}
