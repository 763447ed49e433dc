package dev.backstitch.api.timeline;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything one activity did in a run.
///
/// @param name the activity's registered name, or [Outline#TIMERS]
/// @param medianWork half of the attempts that returned took at most this long; null if none did
/// @param longestQueue how long a call waited at the most until its first attempt started
/// @param height of the drawing, in pixels
/// @param bars what is drawn; empty when `columns` is not
/// @param columns how many calls were in flight, drawn when bars would need too many lanes
/// @param calls the calls one by one, if the row is expanded
public record TimelineRow(
    String name,
    Counts counts,
    @Nullable Duration medianWork,
    Duration longestQueue,
    int height,
    List<Bar> bars,
    List<Column> columns,
    @Nullable Calls calls) {

  /// Copies the lists.
  public TimelineRow {
    bars = List.copyOf(bars);
    columns = List.copyOf(columns);
  }

  /// How the calls of a row stand.
  ///
  /// @param retries attempts that failed and were followed by another
  public record Counts(
      int calls, int completed, int failed, int unknown, int cancelled, int open, int retries) {}

  /// A stretch of one call, or of several that went the same way at the same time.
  ///
  /// @param left steps from the left edge
  /// @param width steps, at least 1
  /// @param top pixels
  /// @param height pixels
  /// @param count how many calls it stands for; shown on their last stretch only, 0 on the others
  /// @param title everything about it in words
  public record Bar(
      Phase phase, int left, int width, int top, int height, int count, String title) {}

  /// How many calls were in flight during a slice of time.
  ///
  /// @param height pixels from the row's bottom
  /// @param failures whether an attempt was failing in it
  public record Column(int left, int width, int height, boolean failures, String title) {}

  /// A page of a row's calls.
  ///
  /// @param nextAfter the ordinal behind which the next page begins, null on the last one
  /// @param previous whether there are calls before these
  public record Calls(List<CallRow> shown, @Nullable Integer nextAfter, boolean previous) {
    /// Copies the list.
    public Calls {
      shown = List.copyOf(shown);
    }
  }

  /// One call.
  ///
  /// @param scheduledSeq the event that has its input
  /// @param attempts how many attempts are known of
  /// @param length from being asked for to its end, or until now
  public record CallRow(
      int ordinal, int scheduledSeq, Ending ending, int attempts, Duration length, List<Bar> bars) {
    /// Copies the list.
    public CallRow {
      bars = List.copyOf(bars);
    }
  }
}
