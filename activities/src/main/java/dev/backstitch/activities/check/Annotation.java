package dev.backstitch.activities.check;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// A remark on lines of a file.
///
/// @param startLine from 1
/// @param endLine the last line, not before the first
/// @param title null for none
/// @param rawDetails null for none
public record Annotation(
    String path,
    int startLine,
    int endLine,
    Level level,
    String message,
    @Nullable String title,
    @Nullable String rawDetails) {

  /// How bad it is, in GitHub's words.
  public enum Level {
    /// Good to know.
    @JsonProperty("notice")
    NOTICE,
    /// Perhaps wrong.
    @JsonProperty("warning")
    WARNING,
    /// Wrong.
    @JsonProperty("failure")
    FAILURE
  }

  /// @throws IllegalArgumentException if something is missing, or the lines are no range
  public Annotation {
    if (path == null || path.isBlank() || level == null || message == null || message.isBlank()) {
      throw new IllegalArgumentException("an annotation needs a path, a level and a message");
    }
    if (startLine < 1 || endLine < startLine) {
      throw new IllegalArgumentException(
          "an annotation's lines begin with 1 and end behind, were " + startLine + "-" + endLine);
    }
  }

  /// A remark on one line.
  public static Annotation of(String path, int line, Level level, String message) {
    return new Annotation(path, line, line, level, message, null, null);
  }
}
