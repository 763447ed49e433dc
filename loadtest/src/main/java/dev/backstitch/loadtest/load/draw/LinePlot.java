package dev.backstitch.loadtest.load.draw;

import dev.backstitch.loadtest.load.draw.Svg.Anchor;
import dev.backstitch.loadtest.load.draw.Svg.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Lines over two axes. Each has a colour and, at its end, its name.
public final class LinePlot {
  private static final double WIDTH = 640;
  private static final double HEIGHT = 320;
  private static final double TOP = 26;
  private static final double BOTTOM = 44;
  private static final double LEFT = 62;
  private static final double LONGEST_NAME = 26;
  private static final double LINE_HEIGHT = 14;

  /// How many colours the page has; after these they begin anew.
  public static final int COLOURS = 6;

  private final Frame frame;
  private final List<Series> series;
  private final Axis across;
  private final Axis upwards;
  private final double right;

  /// What stands around the lines.
  ///
  /// @param x what the horizontal axis shows, with its unit
  /// @param y what the vertical axis shows, with its unit
  /// @param logarithmicX whether equal ratios are equal lengths across
  /// @param logarithmicY the same upwards
  /// @param marks names for places on the horizontal axis; empty for numbers
  public record Frame(
      String x, String y, boolean logarithmicX, boolean logarithmicY, Map<Double, String> marks) {

    /// Copies the map, in its order.
    public Frame {
      marks = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(marks));
    }

    /// A frame with numbers on both axes.
    public static Frame numbers(String x, String y) {
      return new Frame(x, y, false, false, Map.of());
    }

    /// The same with equal ratios across.
    public Frame withLogarithmicX() {
      return new Frame(x, y, true, logarithmicY, marks);
    }

    /// The same with equal ratios upwards.
    public Frame withLogarithmicY() {
      return new Frame(x, y, logarithmicX, true, marks);
    }

    /// The same with names instead of numbers across.
    public Frame withMarks(Map<Double, String> newMarks) {
      return new Frame(x, y, logarithmicX, logarithmicY, newMarks);
    }
  }

  private LinePlot(Frame frame, List<Series> series) {
    this.frame = frame;
    this.series = List.copyOf(series);
    List<Double> xs = values(true);
    List<Double> ys = values(false);
    this.across =
        frame.logarithmicX()
            ? Axis.ratios(xs)
            : frame.marks().isEmpty() ? Axis.linear(largest(xs)) : Axis.places(largest(xs));
    this.upwards = frame.logarithmicY() ? Axis.decades(ys) : Axis.linear(largest(ys));
    double longest =
        series.stream().mapToDouble(line -> Svg.widthOf(shortened(line.name()))).max().orElse(0);
    this.right = WIDTH - longest - 18;
  }

  /// Draws.
  ///
  /// @param description for those who can't see it
  public static String draw(Frame frame, List<Series> series, String description) {
    return new LinePlot(frame, series).draw(description);
  }

  private static double largest(List<Double> values) {
    return values.stream().mapToDouble(value -> value).max().orElse(1);
  }

  private List<Double> values(boolean across) {
    return series.stream()
        .flatMap(line -> line.points().stream())
        .map(spot -> across ? spot.x() : spot.y())
        .toList();
  }

  private String draw(String description) {
    Svg svg = new Svg(WIDTH, HEIGHT);
    svg.text("axis-name", new Point(2, 12), Anchor.START, frame.y());
    svg.text("axis-name", new Point((LEFT + right) / 2, HEIGHT - 6), Anchor.MIDDLE, frame.x());
    for (double tick : upwards.ticks()) {
      double y = y(tick);
      svg.line("grid", new Point(LEFT, y), new Point(right, y));
      svg.text("tick", new Point(LEFT - 6, y + 4), Anchor.END, Figure.of(tick));
    }
    for (LabelRow.Label label : LabelRow.withoutOverlap(marksAcross())) {
      svg.line("grid", new Point(label.at(), TOP), new Point(label.at(), HEIGHT - BOTTOM));
      svg.text("tick", new Point(label.at(), HEIGHT - BOTTOM + 16), Anchor.MIDDLE, label.text());
    }
    for (int i = 0; i < series.size(); i++) {
      line(svg, series.get(i), i % COLOURS);
    }
    names(svg);
    return svg.drawn(description);
  }

  private List<LabelRow.Label> marksAcross() {
    Map<Double, String> marks = new LinkedHashMap<>(frame.marks());
    if (marks.isEmpty()) {
      Stream<Double> ticks =
          across.logarithmic() ? values(true).stream().distinct() : across.ticks().stream();
      ticks.forEach(tick -> marks.put(tick, Figure.of(tick)));
    }
    List<LabelRow.Label> labels = new ArrayList<>();
    marks.forEach(
        (value, name) -> labels.add(new LabelRow.Label(x(value), Svg.widthOf(name) + 6, name)));
    return labels;
  }

  private void line(Svg svg, Series line, int colour) {
    List<Point> points =
        line.points().stream().map(spot -> new Point(x(spot.x()), y(spot.y()))).toList();
    svg.path("line c" + colour, points);
    for (int i = 0; i < points.size(); i++) {
      Series.Spot spot = line.points().get(i);
      String where = frame.marks().getOrDefault(spot.x(), Figure.of(spot.x()));
      svg.dot(
          "dot c" + colour, points.get(i), line.name() + ", " + where + ": " + Figure.of(spot.y()));
    }
  }

  /// At the ends of their lines, moved apart.
  private void names(Svg svg) {
    List<LabelRow.Label> wanted = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      Series line = series.get(i);
      if (!line.points().isEmpty()) {
        wanted.add(
            new LabelRow.Label(y(line.points().getLast().y()), LINE_HEIGHT, Integer.toString(i)));
      }
    }
    for (LabelRow.Label label : LabelRow.movedApart(wanted, TOP - 8, HEIGHT - BOTTOM + 8)) {
      int i = Integer.parseInt(label.text());
      svg.text(
          "name c" + i % COLOURS,
          new Point(right + 8, label.at() + 4),
          Anchor.START,
          shortened(series.get(i).name()));
    }
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, (int) LONGEST_NAME - 1) + "…";
  }

  private double x(double value) {
    return LEFT + across.place(value) * (right - LEFT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - upwards.place(value) * (HEIGHT - BOTTOM - TOP);
  }
}
