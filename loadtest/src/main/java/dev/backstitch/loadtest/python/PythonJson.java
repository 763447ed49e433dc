package dev.backstitch.loadtest.python;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// JSON as Python's `json` module reads and writes it, except that numbers keep the text they were
/// written with, where Python would read and print a float.
///
/// Of a repeated key the first place and the last value count, as in a Python dict.
public final class PythonJson {

  /// A JSON value. Strings may hold lone surrogates, as in Python.
  public sealed interface Value {
    /// A string.
    record Text(String text) implements Value {}

    /// A number, `true`, `false` or `null`, with the characters it was written with.
    record Literal(String lexeme) implements Value {}

    /// A list.
    record Array(List<Value> items) implements Value {
      public Array {
        items = List.copyOf(items);
      }
    }

    /// An object; its entries keep their order.
    record Dict(Map<String, Value> entries) implements Value {
      public Dict {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      }
    }
  }

  private static final int MAX_DEPTH = 100;

  private final String source;
  private int position;

  private PythonJson(String source) {
    this.source = source;
  }

  /// Reads a document; empty when it is not JSON.
  public static Optional<Value> read(String source) {
    var reader = new PythonJson(source);
    try {
      reader.skipSpace();
      Value value = reader.value(0);
      reader.skipSpace();
      return reader.position == source.length() ? Optional.of(value) : Optional.empty();
    } catch (NotJson e) {
      return Optional.empty();
    }
  }

  /// What `json.dumps(value, indent=2)` gives.
  public static String write(Value value) {
    var out = new StringBuilder();
    write(value, "\n", out);
    return out.toString();
  }

  private Value value(int depth) throws NotJson {
    if (position >= source.length() || depth > MAX_DEPTH) {
      throw new NotJson();
    }
    return switch (source.charAt(position)) {
      case '{' -> dict(depth);
      case '[' -> array(depth);
      case '"' -> new Value.Text(string());
      default -> literal();
    };
  }

  private Value dict(int depth) throws NotJson {
    var entries = new LinkedHashMap<String, Value>();
    position++;
    skipSpace();
    if (!takes('}')) {
      do {
        skipSpace();
        String key = string();
        skipSpace();
        expect(':');
        skipSpace();
        entries.put(key, value(depth + 1));
        skipSpace();
      } while (takes(','));
      expect('}');
    }
    return new Value.Dict(entries);
  }

  private Value array(int depth) throws NotJson {
    var items = new ArrayList<Value>();
    position++;
    skipSpace();
    if (!takes(']')) {
      do {
        skipSpace();
        items.add(value(depth + 1));
        skipSpace();
      } while (takes(','));
      expect(']');
    }
    return new Value.Array(items);
  }

  private Value literal() throws NotJson {
    int start = position;
    while (position < source.length() && "+-.0123456789aeflnrstuE".indexOf(here()) >= 0) {
      position++;
    }
    String lexeme = source.substring(start, position);
    if (!lexeme.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
      throw new NotJson();
    }
    return new Value.Literal(lexeme);
  }

  private String string() throws NotJson {
    expect('"');
    var text = new StringBuilder();
    while (position < source.length()) {
      char next = source.charAt(position++);
      if (next == '"') {
        return text.toString();
      }
      if (next < ' ') {
        throw new NotJson();
      }
      text.append(next == '\\' ? escape() : next);
    }
    throw new NotJson();
  }

  private char escape() throws NotJson {
    if (position >= source.length()) {
      throw new NotJson();
    }
    char kind = source.charAt(position++);
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> codeUnit();
      default -> throw new NotJson();
    };
  }

  private char codeUnit() throws NotJson {
    if (position + 4 > source.length()) {
      throw new NotJson();
    }
    int unit = 0;
    for (int end = position + 4; position < end; position++) {
      int digit = Character.digit(here(), 16);
      if (digit < 0) {
        throw new NotJson();
      }
      unit = unit * 16 + digit;
    }
    return (char) unit;
  }

  private void skipSpace() {
    while (position < source.length() && " \t\r\n".indexOf(here()) >= 0) {
      position++;
    }
  }

  private boolean takes(char wanted) {
    boolean there = position < source.length() && here() == wanted;
    if (there) {
      position++;
    }
    return there;
  }

  private void expect(char wanted) throws NotJson {
    if (!takes(wanted)) {
      throw new NotJson();
    }
  }

  private char here() {
    return source.charAt(position);
  }

  private static void write(Value value, String newline, StringBuilder out) {
    String inner = newline + "  ";
    switch (value) {
      case Value.Text(String text) -> quote(text, out);
      case Value.Literal(String lexeme) -> out.append(lexeme);
      case Value.Array(List<Value> items) when items.isEmpty() -> out.append("[]");
      case Value.Array(List<Value> items) -> {
        String separator = "[";
        for (Value item : items) {
          out.append(separator).append(inner);
          write(item, inner, out);
          separator = ",";
        }
        out.append(newline).append(']');
      }
      case Value.Dict(Map<String, Value> entries) when entries.isEmpty() -> out.append("{}");
      case Value.Dict(Map<String, Value> entries) -> {
        String separator = "{";
        for (Map.Entry<String, Value> entry : entries.entrySet()) {
          out.append(separator).append(inner);
          quote(entry.getKey(), out);
          out.append(": ");
          write(entry.getValue(), inner, out);
          separator = ",";
        }
        out.append(newline).append('}');
      }
    }
  }

  /// Appends a string in quotes. Python escapes everything outside printable ASCII, DEL included.
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c >= ' ' && c <= '~') {
            out.append(c);
          } else {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          }
        }
      }
    }
    out.append('"');
  }

  private static final class NotJson extends Exception {
    NotJson() {
      super(null, null, false, false);
    }
  }
}
