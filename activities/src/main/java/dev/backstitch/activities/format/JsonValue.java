package dev.backstitch.activities.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON value that has lost nothing but white space and the spelling of strings.
///
/// A number keeps the characters it was written with. Reading `1769010857.334515` into a `double`
/// and printing it gives `1.769010857334515E9`, which would rewrite every file.
sealed interface JsonValue {

  /// A string, without quotes and escapes.
  record Text(String value) implements JsonValue {}

  /// A number, `true`, `false` or `null`, as it was written.
  record Literal(String lexeme) implements JsonValue {}

  /// An array.
  record Items(List<JsonValue> values) implements JsonValue {
    /// Copies the list.
    public Items {
      values = List.copyOf(values);
    }
  }

  /// An object. A name that occurs twice stands at its first place with its last value, as in a
  /// Python dictionary.
  record Members(Map<String, JsonValue> values) implements JsonValue {
    /// Copies the map, in its order.
    public Members {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }
}
