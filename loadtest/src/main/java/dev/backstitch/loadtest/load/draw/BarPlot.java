package dev.backstitch.loadtest.load.draw;

import dev.backstitch.loadtest.load.draw.Svg.Anchor;
import dev.backstitch.loadtest.load.draw.Svg.Point;
import java.util.List;

/// Lying bars, each a row with its name above it and its value behind it; a bar may have parts.
public final class BarPlot {
  private static final double WIDTH = 640;
  private static final double ROW = 38;
  private static final double BAR = 15;
  private static final double LEGEND = 22;
  private static final double ROOM_FOR_VALUES = 190;

  private BarPlot() {}

  /// One row.
  ///
  /// @param parts in the order of the legend, 0 or more each
  /// @param value what is written behind the bar
  public record Bar(String name, List<Double> parts, String value) {

    /// Copies the list.
    public Bar {
      parts = List.copyOf(parts);
    }

    private double whole() {
      return parts.stream().mapToDouble(part -> part).sum();
    }
  }

  /// Draws.
  ///
  /// @param legend the names of the parts; one for bars without parts
  /// @param description for those who can't see it
  public static String draw(List<String> legend, List<Bar> bars, String description) {
    Svg svg = new Svg(WIDTH, LEGEND + bars.size() * ROW + 4);
    legend(svg, legend);
    double most = bars.stream().mapToDouble(Bar::whole).max().orElse(0);
    double unit = most > 0 ? (WIDTH - ROOM_FOR_VALUES) / most : 0;
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = LEGEND + i * ROW;
      svg.text("tick", new Point(2, y + 12), Anchor.START, bar.name());
      double x = 2;
      for (int part = 0; part < bar.parts().size(); part++) {
        double length = bar.parts().get(part) * unit;
        svg.box(
            "bar c" + part % LinePlot.COLOURS,
            new Point(x, y + 17),
            new Point(length, BAR),
            bar.name() + ", " + legend.get(part) + ": " + Figure.of(bar.parts().get(part)));
        x += length;
      }
      svg.text("value", new Point(x + 6, y + 29), Anchor.START, bar.value());
    }
    return svg.drawn(description);
  }

  private static void legend(Svg svg, List<String> legend) {
    double x = 2;
    for (int i = 0; i < legend.size(); i++) {
      svg.box("bar c" + i % LinePlot.COLOURS, new Point(x, 3), new Point(10, 10), legend.get(i));
      svg.text("axis-name", new Point(x + 15, 12), Anchor.START, legend.get(i));
      x += Svg.widthOf(legend.get(i)) + 34;
    }
  }
}
