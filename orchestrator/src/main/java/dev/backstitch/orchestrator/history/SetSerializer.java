package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;

/// Writes a set that has no order of its own sorted by its elements' JSON: the order in which it
/// iterates differs from process to process, and replay compares bytes.
final class SetSerializer extends StdSerializer<Set<?>> {
  private static final JavaType TYPE =
      TypeFactory.defaultInstance().constructRawCollectionType(Set.class);

  SetSerializer() {
    super(TYPE);
  }

  @Override
  public void serialize(Set<?> value, JsonGenerator generator, SerializerProvider provider)
      throws IOException {
    ObjectMapper mapper = (ObjectMapper) generator.getCodec();
    List<String> elements = new ArrayList<>(value.size());
    for (Object element : value) {
      elements.add(mapper.writeValueAsString(element));
    }
    if (!(value instanceof SequencedSet<?>)) {
      Collections.sort(elements);
    }
    generator.writeStartArray();
    for (String element : elements) {
      generator.writeRawValue(element);
    }
    generator.writeEndArray();
  }
}
