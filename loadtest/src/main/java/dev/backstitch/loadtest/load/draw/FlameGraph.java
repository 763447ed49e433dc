package dev.backstitch.loadtest.load.draw;

import dev.backstitch.loadtest.load.draw.Svg.Anchor;
import dev.backstitch.loadtest.load.draw.Svg.Point;
import java.util.Locale;

/// A tree of calls as boxes: as wide as their share of the samples, callees below their callers.
public final class FlameGraph {
  private static final double WIDTH = 960;
  private static final double ROW = 17;
  private static final int DEEPEST = 48;

  /// What is narrower can't be pointed at.
  private static final double NARROWEST = 1.5;

  private static final int SHORTEST_NAME = 3;

  private final Svg svg;
  private final double all;

  private FlameGraph(Svg svg, double all) {
    this.svg = svg;
    this.all = all;
  }

  /// Draws.
  ///
  /// @param description for those who can't see it
  public static String draw(Flame root, String description) {
    Svg svg = new Svg(WIDTH, (Math.min(depth(root), DEEPEST) + 1) * ROW + 4);
    new FlameGraph(svg, Math.max(1, root.samples())).draw(root, 0, 0);
    return svg.drawn(description);
  }

  private static int depth(Flame flame) {
    return 1 + flame.children().stream().mapToInt(FlameGraph::depth).max().orElse(0);
  }

  private void draw(Flame flame, double x, int level) {
    double width = flame.samples() / all * WIDTH;
    if (width < NARROWEST || level > DEEPEST) {
      return;
    }
    double y = level * ROW;
    String title =
        String.format(
            Locale.ROOT,
            "%s: %d samples, %.1f %%",
            flame.name(),
            flame.samples(),
            100 * flame.samples() / all);
    svg.box(
        "flame c" + colour(flame.name()), new Point(x, y), new Point(width - 1, ROW - 1), title);
    String text = fitting(flame.name(), width - 8);
    if (!text.isEmpty()) {
      svg.text("flame-name", new Point(x + 4, y + 12), Anchor.START, text);
    }
    double at = x;
    for (Flame child : flame.children()) {
      draw(child, at, level + 1);
      at += child.samples() / all * WIDTH;
    }
  }

  /// The last parts of a name, as far as there is room: class and method tell more than a package.
  static String fitting(String name, double room) {
    int letters = (int) (room / Svg.CHARACTER);
    String text = name;
    while (text.length() > letters && text.indexOf('.') >= 0) {
      text = text.substring(text.indexOf('.') + 1);
    }
    if (text.length() <= letters) {
      return text;
    }
    return letters >= SHORTEST_NAME ? text.substring(0, letters - 1) + "…" : "";
  }

  private static int colour(String name) {
    if (name.startsWith("dev.backstitch.loadtest")) {
      return 5;
    }
    if (name.startsWith("dev.backstitch")) {
      return 0;
    }
    if (name.startsWith("org.postgresql") || name.startsWith("org.jdbi")) {
      return 2;
    }
    if (name.startsWith("com.fasterxml")) {
      return 3;
    }
    return name.startsWith("java") || name.startsWith("jdk") ? 1 : 4;
  }
}
