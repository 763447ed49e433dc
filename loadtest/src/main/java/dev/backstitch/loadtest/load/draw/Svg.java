package dev.backstitch.loadtest.load.draw;

import java.util.Locale;

/// A drawing that grows. Belongs to one thread.
final class Svg {
  /// How wide a character of small text is at the most, on average, in drawing units.
  static final double CHARACTER = 6.6;

  private final StringBuilder marks = new StringBuilder();
  private final double width;
  private final double height;

  /// Where a text stands relative to its point.
  enum Anchor {
    START("start"),
    MIDDLE("middle"),
    END("end");

    private final String word;

    Anchor(String word) {
      this.word = word;
    }
  }

  Svg(double width, double height) {
    this.width = width;
    this.height = height;
  }

  /// A point of the drawing; y grows downwards.
  record Point(double x, double y) {}

  void line(String style, Point from, Point to) {
    marks.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
            style,
            from.x(),
            from.y(),
            to.x(),
            to.y()));
  }

  void path(String style, Iterable<Point> points) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", point.x(), point.y()));
    }
    marks.append("<path class=\"").append(style).append("\" d=\"").append(path).append("\"/>");
  }

  /// A dot that tells its value when pointed at.
  void dot(String style, Point at, String title) {
    marks
        .append(
            String.format(
                Locale.ROOT,
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\">",
                style,
                at.x(),
                at.y()))
        .append("<title>")
        .append(Markup.escaped(title))
        .append("</title></circle>");
  }

  /// A rectangle that tells its value when pointed at.
  void box(String style, Point corner, Point size, String title) {
    marks
        .append(
            String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
                style,
                corner.x(),
                corner.y(),
                Math.max(0, size.x()),
                Math.max(0, size.y())))
        .append("<title>")
        .append(Markup.escaped(title))
        .append("</title></rect>");
  }

  void text(String style, Point at, Anchor anchor, String text) {
    marks
        .append(
            String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
                style,
                at.x(),
                at.y(),
                anchor.word))
        .append(Markup.escaped(text))
        .append("</text>");
  }

  /// The whole, as wide as what it lies in.
  ///
  /// @param description for those who can't see it
  String drawn(String description) {
    return String.format(
            Locale.ROOT, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", width, height)
        + Markup.escaped(description)
        + "\">"
        + marks
        + "</svg>";
  }

  /// How wide a text is, at the most.
  static double widthOf(String text) {
    return text.length() * CHARACTER;
  }
}
