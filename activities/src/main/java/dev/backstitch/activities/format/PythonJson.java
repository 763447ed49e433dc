package dev.backstitch.activities.format;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/// Writes JSON byte for byte as Python's `json.dump(value, file, indent=2)` does: two spaces, a
/// colon and a space, `[]` and `{}` for what is empty, everything outside printable ASCII escaped,
/// no newline at the end. The files have been written that way since before us, and a difference in
/// one byte is a change in every file.
final class PythonJson {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder();

  private PythonJson() {}

  static byte[] write(JsonValue value) {
    PythonJson writer = new PythonJson();
    writer.value(value, 0);
    return writer.out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void value(JsonValue value, int depth) {
    switch (value) {
      case JsonValue.Literal(String lexeme) -> out.append(lexeme);
      case JsonValue.Text(String text) -> string(text);
      case JsonValue.Items items -> items(items, depth);
      case JsonValue.Members members -> members(members, depth);
    }
  }

  private void items(JsonValue.Items items, int depth) {
    if (items.values().isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    Iterator<JsonValue> values = items.values().iterator();
    while (values.hasNext()) {
      newLine(depth + 1);
      value(values.next(), depth + 1);
      if (values.hasNext()) {
        out.append(',');
      }
    }
    newLine(depth);
    out.append(']');
  }

  private void members(JsonValue.Members members, int depth) {
    if (members.values().isEmpty()) {
      out.append("{}");
      return;
    }
    out.append('{');
    Iterator<Map.Entry<String, JsonValue>> entries = members.values().entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, JsonValue> entry = entries.next();
      newLine(depth + 1);
      string(entry.getKey());
      out.append(": ");
      value(entry.getValue(), depth + 1);
      if (entries.hasNext()) {
        out.append(',');
      }
    }
    newLine(depth);
    out.append('}');
  }

  private void newLine(int depth) {
    out.append('\n').append("  ".repeat(depth));
  }

  /// Python escapes by UTF-16 unit, so a character beyond the first plane becomes a surrogate pair,
  /// and a lone surrogate stays one.
  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c >= ' ' && c <= '~') {
            out.append(c);
          } else {
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              out.append(HEX[(c >> shift) & 0xf]);
            }
          }
        }
      }
    }
    out.append('"');
  }
}
