package dev.backstitch.loadtest.simulator.world;

import java.nio.charset.StandardCharsets;

/// What a student's `progress.json` can be instead of right.
public enum BrokenFile {
  /// The file does not exist.
  MISSING,
  /// One byte, which is no JSON.
  ONE_BYTE,
  /// Latin-1 where UTF-8 belongs: not binary, so that the API answers with text that is not the
  /// file.
  NOT_UTF8,
  /// Holds a NUL byte: binary, so that the API answers without text.
  BINARY,
  /// 600 kB of valid JSON: the API cuts the text, and no sync should take it.
  HUGE,
  /// Ends in the middle.
  INVALID_JSON,
  /// Valid JSON with a key twice in one object; the last one counts.
  DOUBLED_KEYS;

  byte[] bytes() {
    return switch (this) {
      case MISSING -> throw new IllegalStateException("A missing file has no bytes");
      case ONE_BYTE -> utf8("[");
      case NOT_UTF8 ->
          "[{\"exercise_name\": \"caf\u00e9\", \"comments\": []}]"
              .getBytes(StandardCharsets.ISO_8859_1);
      case BINARY -> utf8("[{\"exercise_name\": \"nul\0l\", \"comments\": []}]");
      case HUGE -> huge();
      case INVALID_JSON -> utf8("[{\"exercise_name\": \"first-snapshot\", \"comments\": [");
      case DOUBLED_KEYS ->
          utf8(
              "[{\"exercise_name\": \"tag-along\", \"status\": \"Incomplete\","
                  + " \"started_at\": 1769010857.334515, \"completed_at\": null,"
                  + " \"comments\": [\"first\"], \"status\": \"Completed\","
                  + " \"comments\": []}]");
    };
  }

  private static byte[] huge() {
    String entry =
        "{\"exercise_name\": \"tag-along\", \"started_at\": 1769010857.5, \"completed_at\": null,"
            + " \"comments\": [\"again\"], \"status\": \"Incomplete\"}";
    int count = 600_000 / (entry.length() + 1) + 1;
    return utf8("[" + (entry + ",").repeat(count - 1) + entry + "]");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
