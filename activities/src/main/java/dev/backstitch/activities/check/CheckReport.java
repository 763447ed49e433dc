package dev.backstitch.activities.check;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a check run is to show (https://docs.github.com/en/rest/checks/runs).
///
/// @param title one line
/// @param summary Markdown, at most 65,535 characters
/// @param text Markdown below the summary, at most 65,535 characters; null for none
/// @param detailsUrl where to read more; null for none
/// @param annotations at most 1,000; null stands for none
public record CheckReport(
    State state,
    String title,
    String summary,
    @Nullable String text,
    @Nullable String detailsUrl,
    List<Annotation> annotations) {
  private static final int LONGEST_TEXT = 65_535;
  private static final int MOST_ANNOTATIONS = 1_000;

  /// How it stands: GitHub's status, or the conclusion of one that is completed.
  public enum State {
    /// Nothing has begun.
    @JsonProperty("queued")
    QUEUED,
    /// It is under way.
    @JsonProperty("in_progress")
    IN_PROGRESS,
    /// All is well.
    @JsonProperty("success")
    SUCCESS,
    /// Something is wrong.
    @JsonProperty("failure")
    FAILURE,
    /// Neither.
    @JsonProperty("neutral")
    NEUTRAL,
    /// It was broken off.
    @JsonProperty("cancelled")
    CANCELLED,
    /// It was not needed.
    @JsonProperty("skipped")
    SKIPPED,
    /// It took too long.
    @JsonProperty("timed_out")
    TIMED_OUT,
    /// Somebody must do something.
    @JsonProperty("action_required")
    ACTION_REQUIRED;

    /// Whether it is over.
    public boolean isCompleted() {
      return this != QUEUED && this != IN_PROGRESS;
    }
  }

  /// @throws IllegalArgumentException if something is missing or too long
  public CheckReport {
    if (state == null || title == null || title.isBlank() || summary == null) {
      throw new IllegalArgumentException("a check run needs a state, a title and a summary");
    }
    if (summary.length() > LONGEST_TEXT || (text != null && text.length() > LONGEST_TEXT)) {
      throw new IllegalArgumentException(
          "a check run's summary and text have at most 65535 characters each");
    }
    annotations = annotations == null ? List.of() : List.copyOf(annotations);
    if (annotations.size() > MOST_ANNOTATIONS) {
      throw new IllegalArgumentException(
          "a check run has at most 1000 annotations, were " + annotations.size());
    }
  }

  /// A check run without annotations.
  public static CheckReport of(State state, String title, String summary) {
    return new CheckReport(state, title, summary, null, null, List.of());
  }

  /// The same with annotations.
  public CheckReport withAnnotations(List<Annotation> newAnnotations) {
    return new CheckReport(state, title, summary, text, detailsUrl, newAnnotations);
  }
}
