package dev.backstitch.api.page;

import dev.backstitch.api.timeline.DurationText;
import dev.backstitch.api.timeline.Ending;
import dev.backstitch.api.timeline.Phase;
import dev.backstitch.api.timeline.Timeline;
import dev.backstitch.api.timeline.TimelineRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A [Timeline] as its template needs it: in percent, with words.
///
/// @param legend the phases that occur
public record TimelineView(
    List<Tick> ticks,
    List<Fold> folds,
    List<Mark> marks,
    List<RowView> rows,
    List<LegendEntry> legend) {

  /// Bars that a frame in the card's colour would hide.
  private static final int TINY = 3;

  private static final Duration WORTH_TELLING = Duration.ofMillis(100);

  /// A mark on the axis, in percent.
  public record Tick(double left, String text) {}

  /// A folded stretch, in percent.
  public record Fold(double left, double width, double middle, String text) {}

  /// A moment in which somebody outside said something, in percent.
  public record Mark(double left, String text) {}

  /// An explained colour.
  public record LegendEntry(String style, String words) {}

  /// One activity.
  ///
  /// @param toggle where the row is the other way: expanded, or not
  public record RowView(
      String name,
      String id,
      String counts,
      String trouble,
      String spoken,
      String toggle,
      int height,
      List<BarView> bars,
      List<ColumnView> columns,
      @Nullable CallsView calls) {}

  /// A bar, in percent and pixels.
  ///
  /// @param text what is written on it, may be empty
  public record BarView(
      String style,
      double left,
      double width,
      int top,
      int height,
      double middle,
      int baseline,
      String text,
      boolean wide,
      String title) {}

  /// A column, in percent and pixels.
  public record ColumnView(
      double left, double width, int top, int height, boolean failures, String title) {}

  /// The calls of an expanded row.
  public record CallsView(List<CallView> shown, @Nullable String next, @Nullable String first) {}

  /// One call.
  public record CallView(
      int ordinal,
      String label,
      String eventAddress,
      String sign,
      String style,
      String spoken,
      String length,
      List<BarView> bars) {}

  /// The drawing for a page.
  ///
  /// @param labels names of calls by the seq of the event that has their input
  /// @param here the page's own address
  static TimelineView of(
      Timeline timeline, Map<Integer, String> labels, Address here, String runAddress) {
    var view = new Drawing(labels, here, runAddress);
    List<RowView> rows = timeline.rows().stream().map(view::row).toList();
    return new TimelineView(
        timeline.ticks().stream()
            .map(tick ->
                new Tick(
                    percent(tick.at()),
                    tick.offset().isZero() ? "0" : DurationText.offset(tick.offset())))
            .toList(),
        timeline.folds().stream().map(TimelineView::fold).toList(),
        timeline.marks().stream().map(mark -> new Mark(percent(mark.at()), mark.words())).toList(),
        rows,
        legend(timeline));
  }

  private static Fold fold(Timeline.Fold fold) {
    return new Fold(
        percent(fold.left()),
        percent(fold.width()),
        percent(fold.left() + fold.width() / 2),
        DurationText.of(fold.length()));
  }

  private static List<LegendEntry> legend(Timeline timeline) {
    var entries = new ArrayList<LegendEntry>();
    for (Phase phase : Phase.values()) {
      boolean occurs =
          timeline.rows().stream()
              .flatMap(TimelineView::allBars)
              .anyMatch(bar -> bar.phase() == phase);
      if (occurs) {
        entries.add(new LegendEntry(style(phase), phase.words()));
      }
    }
    if (timeline.rows().stream().anyMatch(row -> !row.columns().isEmpty())) {
      entries.add(new LegendEntry("columns", "how many in flight"));
    }
    return entries;
  }

  private static Stream<TimelineRow.Bar> allBars(TimelineRow row) {
    return row.calls() == null
        ? row.bars().stream()
        : Stream.concat(
            row.bars().stream(),
            row.calls().shown().stream().flatMap(call -> call.bars().stream()));
  }

  private static double percent(int steps) {
    return steps * 100.0 / Timeline.WIDTH;
  }

  private static String style(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  /// The parts that need to know the page.
  private record Drawing(Map<Integer, String> labels, Address here, String runAddress) {

    RowView row(TimelineRow row) {
      TimelineRow.Counts counts = row.counts();
      boolean expanded = row.calls() != null;
      Address closed = closed(row.name());
      return new RowView(
          row.name(),
          "row-" + row.name(),
          countsText(row),
          trouble(counts),
          row.name()
              + ": "
              + countsText(row)
              + (trouble(counts).isEmpty() ? "" : ", " + trouble(counts)),
          (expanded ? closed : closed.and("expand", row.name())).toString(),
          row.height(),
          row.bars().stream().map(Drawing::bar).toList(),
          row.columns().stream().map(column -> column(column, row.height())).toList(),
          row.calls() == null ? null : calls(row.calls(), closed, row.name()));
    }

    /// The page with this row closed, whichever page of its calls was shown.
    private Address closed(String name) {
      Address address = here;
      for (Address.Parameter parameter : here.parameters()) {
        if (parameter.name().equals("expand")
            && (parameter.value().equals(name) || parameter.value().startsWith(name + "@"))) {
          address = address.withoutValue("expand", parameter.value());
        }
      }
      return address;
    }

    private static String countsText(TimelineRow row) {
      TimelineRow.Counts counts = row.counts();
      var text = new StringBuilder();
      text.append(counts.calls()).append(counts.calls() == 1 ? " call" : " calls");
      if (counts.open() > 0) {
        text.append(", ").append(counts.open()).append(" open");
      }
      if (row.medianWork() != null) {
        text.append(counts.completed() > 1 ? ", median " : ", ")
            .append(DurationText.of(row.medianWork()));
      }
      if (row.longestQueue().compareTo(WORTH_TELLING) >= 0) {
        text.append(", queued up to ").append(DurationText.of(row.longestQueue()));
      }
      return text.toString();
    }

    private static String trouble(TimelineRow.Counts counts) {
      var parts = new ArrayList<String>();
      if (counts.failed() > 0) {
        parts.add(counts.failed() + " failed");
      }
      if (counts.unknown() > 0) {
        parts.add(counts.unknown() + " unknown");
      }
      if (counts.retries() > 0) {
        parts.add(counts.retries() + (counts.retries() == 1 ? " retry" : " retries"));
      }
      return String.join(", ", parts);
    }

    private static BarView bar(TimelineRow.Bar bar) {
      boolean labelled = bar.count() > 1 && bar.height() >= 12 && bar.width() >= 25;
      return new BarView(
          style(bar.phase()) + (bar.width() <= TINY ? " tiny" : ""),
          percent(bar.left()),
          percent(bar.width()),
          bar.top(),
          bar.height(),
          percent(bar.left() + bar.width() / 2),
          bar.top() + bar.height() / 2,
          labelled ? String.valueOf(bar.count()) : "",
          bar.width() >= 90,
          bar.title());
    }

    private static ColumnView column(TimelineRow.Column column, int rowHeight) {
      return new ColumnView(
          percent(column.left()),
          percent(column.width()),
          rowHeight - column.height(),
          column.height(),
          column.failures(),
          column.title());
    }

    private CallsView calls(TimelineRow.Calls calls, Address closed, String name) {
      return new CallsView(
          calls.shown().stream().map(this::call).toList(),
          calls.nextAfter() == null
              ? null
              : closed.and("expand", name + "@" + calls.nextAfter()).toString(),
          calls.previous() ? closed.and("expand", name).toString() : null);
    }

    private CallView call(TimelineRow.CallRow call) {
      String attempts = call.attempts() > 1 ? ", " + call.attempts() + " attempts" : "";
      return new CallView(
          call.ordinal(),
          labels.getOrDefault(call.scheduledSeq(), ""),
          runAddress + "/events/" + call.scheduledSeq(),
          sign(call.ending()),
          call.ending().name().toLowerCase(Locale.ROOT),
          call.ending().name().toLowerCase(Locale.ROOT) + attempts,
          DurationText.of(call.length()),
          call.bars().stream().map(Drawing::bar).toList());
    }

    private static String sign(Ending ending) {
      return switch (ending) {
        case OPEN -> "●";
        case COMPLETED -> "✓";
        case FAILED -> "✕";
        case UNKNOWN -> "?";
        case CANCELLED -> "–";
      };
    }
  }
}
