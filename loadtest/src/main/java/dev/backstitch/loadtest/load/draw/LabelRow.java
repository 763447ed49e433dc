package dev.backstitch.loadtest.load.draw;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Texts along one line, none on another.
final class LabelRow {
  private LabelRow() {}

  /// A text and where its middle should be.
  ///
  /// @param extent how much of the line it takes
  record Label(double at, double extent, String text) {}

  /// Those of the labels, in their order, that lie on none before them.
  static List<Label> withoutOverlap(List<Label> labels) {
    List<Label> kept = new ArrayList<>();
    double free = Double.NEGATIVE_INFINITY;
    for (Label label : labels.stream().sorted(Comparator.comparingDouble(Label::at)).toList()) {
      if (label.at() - label.extent() / 2 >= free) {
        kept.add(label);
        free = label.at() + label.extent() / 2;
      }
    }
    return kept;
  }

  /// All of the labels, moved as little as needed so that none lies on another, between these ends
  /// as far as there is room.
  static List<Label> movedApart(List<Label> labels, double from, double to) {
    List<Label> sorted = labels.stream().sorted(Comparator.comparingDouble(Label::at)).toList();
    double[] at = new double[sorted.size()];
    double free = from;
    for (int i = 0; i < at.length; i++) {
      double half = sorted.get(i).extent() / 2;
      at[i] = Math.max(sorted.get(i).at(), free + half);
      free = at[i] + half;
    }
    double end = to;
    for (int i = at.length - 1; i >= 0; i--) {
      double half = sorted.get(i).extent() / 2;
      at[i] = Math.min(at[i], end - half);
      end = at[i] - half;
    }
    List<Label> moved = new ArrayList<>();
    for (int i = 0; i < at.length; i++) {
      moved.add(new Label(at[i], sorted.get(i).extent(), sorted.get(i).text()));
    }
    return moved;
  }
}
