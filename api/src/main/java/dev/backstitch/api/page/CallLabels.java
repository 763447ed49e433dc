package dev.backstitch.api.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.backstitch.orchestrator.history.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Short names for the calls of one activity, made of what tells their inputs apart: of 185 files
/// of one repository, the commits are shown and not the repository.
final class CallLabels {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_VALUES = 2;
  private static final int LONGEST_VALUE = 12;

  private CallLabels() {}

  /// One label per input, in the same order; empty where there is nothing to tell.
  static List<String> of(List<Payload> inputs) {
    List<Map<String, String>> leaves = inputs.stream().map(CallLabels::leaves).toList();
    return leaves.stream()
        .map(mine -> {
          List<String> told =
              mine.entrySet().stream()
                  .filter(leaf -> inputs.size() == 1 || differs(leaf.getKey(), leaves))
                  .map(Map.Entry::getValue)
                  .limit(MOST_VALUES)
                  .toList();
          return String.join(" · ", told);
        })
        .toList();
  }

  private static boolean differs(String path, List<Map<String, String>> leaves) {
    String first = leaves.getFirst().get(path);
    return leaves.stream().anyMatch(other -> !Objects.equals(other.get(path), first));
  }

  /// The values that are no objects and no arrays, by their path.
  private static Map<String, String> leaves(Payload input) {
    var leaves = new LinkedHashMap<String, String>();
    var path = new ArrayList<String>();
    try (JsonParser parser = JSON.createParser(input.utf8())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
          path.add(String.valueOf(parser.currentName()));
        } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
          path.removeLast();
        } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
          String value = shortened(parser.getText());
          String name = parser.currentName();
          leaves.put(
              path + "." + name + position(parser), name == null ? value : name + " " + value);
        }
      }
    } catch (IOException e) {
      // Not JSON: there is nothing that could be told.
      return Map.of();
    }
    return leaves;
  }

  private static String position(JsonParser parser) {
    return parser.getParsingContext().inArray()
        ? "[" + parser.getParsingContext().getCurrentIndex() + "]"
        : "";
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
  }
}
