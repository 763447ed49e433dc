package dev.backstitch.loadtest.load.draw;

import java.util.List;

/// A line of a plot.
///
/// @param points in the order in which they are joined
public record Series(String name, List<Spot> points) {

  /// Copies the list.
  public Series {
    points = List.copyOf(points);
  }

  /// A value at a place.
  public record Spot(double x, double y) {}
}
