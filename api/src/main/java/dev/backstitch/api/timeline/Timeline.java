package dev.backstitch.api.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A run drawn over time: one row per activity, bars on a scale of [#WIDTH] steps.
///
/// @param start the left edge
/// @param end the right edge: when the run closed, or the moment of the drawing
/// @param ticks marks on the axis, from the left
/// @param folds stretches in which nothing ran and whose width was cut
/// @param marks what was said to the run from outside
/// @param rows in the order in which the activities were first asked for
public record Timeline(
    Instant start,
    Instant end,
    List<Tick> ticks,
    List<Fold> folds,
    List<Mark> marks,
    List<TimelineRow> rows) {

  /// Steps from the left edge to the right.
  public static final int WIDTH = TimeScale.WIDTH;

  /// A mark on the axis.
  ///
  /// @param at steps from the left edge
  /// @param offset time since the start
  public record Tick(int at, Duration offset) {}

  /// A stretch whose width was cut.
  ///
  /// @param left steps from the left edge
  /// @param length how long it really took
  public record Fold(int left, int width, Duration length) {}

  /// A moment in which somebody outside said something to the run.
  ///
  /// @param at steps from the left edge
  public record Mark(int at, String words) {}

  /// Which rows show their calls one by one: by the row's name, the ordinal behind which the shown
  /// calls begin.
  public record Expansion(Map<String, Integer> afterOrdinalByName, int limit) {
    /// No row is expanded.
    public static final Expansion NONE = new Expansion(Map.of(), 1);

    /// Copies the map.
    public Expansion {
      afterOrdinalByName = Map.copyOf(afterOrdinalByName);
    }
  }

  /// Copies the lists.
  public Timeline {
    ticks = List.copyOf(ticks);
    folds = List.copyOf(folds);
    marks = List.copyOf(marks);
    rows = List.copyOf(rows);
  }

  /// Draws a run.
  ///
  /// @param now the right edge of a run that is open; not before its last event
  /// @throws IllegalArgumentException if the outline is empty
  public static Timeline of(Outline outline, Instant now, Expansion expansion) {
    Instant start =
        outline.startedAt().orElseThrow(() -> new IllegalArgumentException("no events yet"));
    Instant lastEvent = outline.lastEventAt().orElse(start);
    Instant end = outline.isClosed() || now.isBefore(lastEvent) ? lastEvent : now;

    Map<String, List<CommandTrace>> byName = new LinkedHashMap<>();
    var busy = new ArrayList<TimeScale.Busy>();
    for (CommandTrace trace : outline.traces()) {
      byName.computeIfAbsent(trace.name(), _ -> new ArrayList<>()).add(trace);
      for (Segment segment : trace.segments(end)) {
        if (segment.phase().isWork()) {
          busy.add(new TimeScale.Busy(segment.from(), segment.to()));
        }
      }
    }
    TimeScale scale = TimeScale.over(start, end, busy);
    return new Timeline(
        start,
        end,
        scale.ticks().stream().map(tick -> new Tick(tick.at(), tick.offset())).toList(),
        scale.folds().stream().map(Timeline::fold).toList(),
        outline.messages().stream()
            .map(said -> new Mark(scale.at(said.at()), said.words()))
            .toList(),
        byName.entrySet().stream()
            .map(entry ->
                RowDrawing.of(entry.getKey(), entry.getValue(), scale, start, end, expansion))
            .toList());
  }

  private static Fold fold(TimeScale.Piece piece) {
    int left = (int) Math.round(piece.left());
    return new Fold(
        left, (int) Math.round(piece.right()) - left, Duration.between(piece.from(), piece.to()));
  }
}
