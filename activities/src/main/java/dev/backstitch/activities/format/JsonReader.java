package dev.backstitch.activities.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one JSON document strictly: UTF-8, nothing before or after it, no `NaN`.
final class JsonReader {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonReader() {}

  /// @throws MalformedFileException with a reason that quotes nothing
  static JsonValue read(byte[] utf8) throws MalformedFileException {
    String text = decoded(utf8);
    if (text.isBlank()) {
      throw new MalformedFileException("it is empty");
    }
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      JsonValue value = value(parser);
      if (parser.nextToken() != null) {
        throw new MalformedFileException(
            at(parser.currentTokenLocation()) + "text follows the end");
      }
      return value;
    } catch (StreamConstraintsException tooMuch) {
      throw new MalformedFileException("it is nested too deeply, or a value is too long", tooMuch);
    } catch (StreamReadException broken) {
      throw new MalformedFileException(at(broken.getLocation()) + "this is not JSON", broken);
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory failed", impossible);
    }
  }

  /// Strictly, because the usual decoding would replace what it can't read.
  static String decoded(byte[] utf8) throws MalformedFileException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedFileException("it is not UTF-8", notUtf8);
    }
  }

  /// The value whose first token is the parser's current one. Depth is bounded by the parser.
  private static JsonValue value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> items(parser);
      case VALUE_STRING -> new JsonValue.Text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
          new JsonValue.Literal(parser.getText());
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no JSON value begins with " + token);
    };
  }

  private static JsonValue items(JsonParser parser) throws IOException {
    List<JsonValue> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(value(parser));
    }
    return new JsonValue.Items(values);
  }

  private static JsonValue members(JsonParser parser) throws IOException {
    Map<String, JsonValue> values = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      values.put(name, value(parser));
    }
    return new JsonValue.Members(values);
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }
}
