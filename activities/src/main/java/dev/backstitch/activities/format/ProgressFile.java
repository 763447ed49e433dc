package dev.backstitch.activities.format;

import java.util.List;

/// A student's `progress.json`: an array of objects, one per attempt at an exercise.
///
/// What the objects hold is the students' and their tools' business. It changed twice within a year
/// (the words of `status`), so nothing in them is checked or lost.
public final class ProgressFile {
  private final JsonValue.Items entries;

  private ProgressFile(JsonValue.Items entries) {
    this.entries = entries;
  }

  /// Reads the bytes of a `progress.json`.
  ///
  /// @throws MalformedFileException if they are not UTF-8, not JSON, or not an array of objects
  public static ProgressFile parse(byte[] bytes) throws MalformedFileException {
    return switch (JsonReader.read(bytes)) {
      case JsonValue.Items(List<JsonValue> values) -> new ProgressFile(objectsOnly(values));
      case JsonValue.Members _ -> throw new MalformedFileException(expectedButFound("an object"));
      case JsonValue.Text _ -> throw new MalformedFileException(expectedButFound("a string"));
      case JsonValue.Literal _ ->
          throw new MalformedFileException(expectedButFound("a number, true, false or null"));
    };
  }

  /// The bytes of `students/<id>.json`.
  public byte[] rendered() {
    return PythonJson.write(entries);
  }

  private static JsonValue.Items objectsOnly(List<JsonValue> values) throws MalformedFileException {
    for (int i = 0; i < values.size(); i++) {
      if (!(values.get(i) instanceof JsonValue.Members)) {
        throw new MalformedFileException(
            "it must be an array of objects, but entry " + (i + 1) + " is not an object");
      }
    }
    return new JsonValue.Items(values);
  }

  private static String expectedButFound(String found) {
    return "it must be an array of objects, but it is " + found;
  }
}
