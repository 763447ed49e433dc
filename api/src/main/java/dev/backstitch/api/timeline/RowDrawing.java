package dev.backstitch.api.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Draws the calls of one activity: bars in lanes while they fit, otherwise how many were in
/// flight.
final class RowDrawing {
  private static final int MOST_LANES = 14;
  private static final int COLUMNS = 100;
  private static final int COLUMNS_HEIGHT = 56;
  private static final int CALL_HEIGHT = 12;
  private static final int LONGEST_NOTE = 200;

  private final String name;
  private final TimeScale scale;
  private final Instant start;
  private final Instant end;

  private RowDrawing(String name, TimeScale scale, Instant start, Instant end) {
    this.name = name;
    this.scale = scale;
    this.start = start;
    this.end = end;
  }

  static TimelineRow of(
      String name,
      List<CommandTrace> traces,
      TimeScale scale,
      Instant start,
      Instant end,
      Timeline.Expansion expansion) {
    var drawing = new RowDrawing(name, scale, start, end);
    List<Strip> strips = Strip.merge(drawing.strips(traces));
    Optional<Lanes> lanes = Lanes.pack(strips, MOST_LANES);
    Integer after = expansion.afterOrdinalByName().get(name);
    return new TimelineRow(
        name,
        counts(traces),
        medianWork(traces),
        longestQueue(traces, end),
        lanes.map(Lanes::height).orElse(COLUMNS_HEIGHT),
        lanes.map(packed -> drawing.bars(strips, packed)).orElse(List.of()),
        lanes.isPresent() ? List.of() : drawing.columns(strips),
        after == null ? null : drawing.calls(traces, after, expansion.limit()));
  }

  private List<Strip> strips(List<CommandTrace> traces) {
    return traces.stream()
        .map(trace -> withoutQueue(trace.segments(end)))
        .filter(segments -> !segments.isEmpty())
        .map(segments -> Strip.of(segments, scale))
        .toList();
  }

  /// Of a hundred calls that wait for a slot, a row shows those that have one: the lanes are then
  /// as many as really ran at a time. How long they waited is said in words.
  private static List<Segment> withoutQueue(List<Segment> segments) {
    boolean queued = !segments.isEmpty() && segments.getFirst().phase() == Phase.QUEUED;
    return queued ? segments.subList(1, segments.size()) : segments;
  }

  private List<TimelineRow.Bar> bars(List<Strip> strips, Lanes lanes) {
    var bars = new ArrayList<TimelineRow.Bar>();
    for (int i = 0; i < strips.size(); i++) {
      bars.addAll(bars(strips.get(i), lanes.topOfStrip().get(i), lanes.heightOfStrip().get(i)));
    }
    return bars;
  }

  private List<TimelineRow.Bar> bars(Strip strip, int top, int height) {
    var bars = new ArrayList<TimelineRow.Bar>();
    for (int i = 0; i < strip.parts().size(); i++) {
      Strip.Part part = strip.parts().get(i);
      boolean last = i == strip.parts().size() - 1;
      bars.add(
          new TimelineRow.Bar(
              part.segment().phase(),
              part.left(),
              Math.max(1, part.right() - part.left()),
              top,
              height,
              last ? strip.count() : 0,
              title(part.segment(), strip.count())));
    }
    return bars;
  }

  private String title(Segment segment, int count) {
    Duration from = Duration.between(start, segment.from());
    Duration to = Duration.between(start, segment.to());
    String note = segment.note();
    return String.format(
        Locale.ROOT,
        "%s%s, %s, %s to %s (%s)%s",
        name,
        count > 1 ? " × " + count : "",
        segment.phase().words(),
        DurationText.offset(from),
        DurationText.offset(to),
        DurationText.of(to.minus(from)),
        note.isEmpty() ? "" : ", " + shortened(note));
  }

  private List<TimelineRow.Column> columns(List<Strip> strips) {
    int step = Timeline.WIDTH / COLUMNS;
    int[] inFlight = new int[COLUMNS];
    int[] failing = new int[COLUMNS];
    for (Strip strip : strips) {
      for (int i = strip.left() / step;
          i <= Math.min(COLUMNS - 1, (strip.right() - 1) / step);
          i++) {
        inFlight[i] += strip.count();
      }
      for (Strip.Part part : strip.parts()) {
        if (part.segment().phase() == Phase.FAILED) {
          failing[Math.min(COLUMNS - 1, part.right() / step)] += strip.count();
        }
      }
    }
    int peak = 1;
    for (int count : inFlight) {
      peak = Math.max(peak, count);
    }
    var columns = new ArrayList<TimelineRow.Column>();
    for (int i = 0; i < COLUMNS; i++) {
      if (inFlight[i] > 0 || failing[i] > 0) {
        int height = Math.max(2, COLUMNS_HEIGHT * inFlight[i] / peak);
        String title =
            name
                + ", "
                + inFlight[i]
                + " in flight"
                + (failing[i] > 0 ? ", " + failing[i] + " attempts failed" : "");
        columns.add(new TimelineRow.Column(i * step, step, height, failing[i] > 0, title));
      }
    }
    return columns;
  }

  private TimelineRow.Calls calls(List<CommandTrace> traces, int afterOrdinal, int limit) {
    List<CommandTrace> behind =
        traces.stream().filter(trace -> trace.ordinal() > afterOrdinal).toList();
    List<CommandTrace> shown = behind.stream().limit(limit).toList();
    return new TimelineRow.Calls(
        shown.stream().map(this::call).toList(),
        behind.size() > shown.size() ? (Integer) shown.getLast().ordinal() : null,
        behind.size() < traces.size());
  }

  private TimelineRow.CallRow call(CommandTrace trace) {
    List<Segment> segments = trace.segments(end);
    Instant to = segments.isEmpty() ? trace.scheduledAt() : segments.getLast().to();
    int returned = trace.workTime() == null ? 0 : 1;
    return new TimelineRow.CallRow(
        trace.ordinal(),
        trace.scheduledSeq(),
        trace.ending(),
        trace.failedAttempts() + returned,
        Duration.between(trace.scheduledAt(), to),
        segments.isEmpty() ? List.of() : bars(Strip.of(segments, scale), 0, CALL_HEIGHT));
  }

  private static TimelineRow.Counts counts(List<CommandTrace> traces) {
    int completed = 0;
    int failed = 0;
    int unknown = 0;
    int cancelled = 0;
    int open = 0;
    int retries = 0;
    for (CommandTrace trace : traces) {
      retries += trace.failedAttempts();
      switch (trace.ending()) {
        case OPEN -> open++;
        case COMPLETED -> completed++;
        case FAILED -> {
          failed++;
          // The last attempt of a failed call was not followed by another.
          retries--;
        }
        case UNKNOWN -> unknown++;
        case CANCELLED -> cancelled++;
      }
    }
    return new TimelineRow.Counts(
        traces.size(), completed, failed, unknown, cancelled, open, retries);
  }

  private static @Nullable Duration medianWork(List<CommandTrace> traces) {
    List<Duration> times =
        traces.stream().map(CommandTrace::workTime).filter(Objects::nonNull).sorted().toList();
    return times.isEmpty() ? null : times.get(times.size() / 2);
  }

  private static Duration longestQueue(List<CommandTrace> traces, Instant end) {
    return traces.stream()
        .flatMap(trace -> trace.segments(end).stream().limit(1))
        .filter(segment -> segment.phase() == Phase.QUEUED)
        .map(segment -> Duration.between(segment.from(), segment.to()))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  private static String shortened(String note) {
    return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE) + "…";
  }
}
