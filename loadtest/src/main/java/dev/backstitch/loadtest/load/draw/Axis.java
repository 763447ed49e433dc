package dev.backstitch.loadtest.load.draw;

import java.util.ArrayList;
import java.util.List;

/// Maps values to places, and knows where its ticks are.
///
/// @param least the value at the beginning
/// @param most the value at the end, more than that
/// @param logarithmic whether equal ratios are equal lengths; then `least` is more than 0
record Axis(double least, double most, boolean logarithmic) {
  private static final int TICKS = 5;
  private static final double ROOM = 1.1;
  private static final double ROOM_BESIDE = 0.25;

  /// From 0 to a round number that is not below the largest value.
  static Axis linear(double largest) {
    double step = step(largest > 0 ? largest : 1);
    return new Axis(0, Math.ceil((largest > 0 ? largest : 1) / step - 1e-9) * step, false);
  }

  /// For the places 0, 1, 2 and so on, with room beside the first and the last.
  static Axis places(double last) {
    return new Axis(-ROOM_BESIDE, last + ROOM_BESIDE, false);
  }

  /// From the least to the largest of the values, with a little room; what is not above 0 is left
  /// out.
  static Axis ratios(List<Double> values) {
    double smallest =
        values.stream().filter(value -> value > 0).mapToDouble(value -> value).min().orElse(1);
    double largest = values.stream().mapToDouble(value -> value).max().orElse(1);
    return new Axis(smallest / ROOM, Math.max(largest, smallest) * ROOM, true);
  }

  /// Between the powers of ten around the values; what is not above 0 is left out.
  static Axis decades(List<Double> values) {
    double smallest =
        values.stream().filter(value -> value > 0).mapToDouble(value -> value).min().orElse(1);
    double largest = values.stream().mapToDouble(value -> value).max().orElse(10);
    double least = Math.pow(10, Math.floor(Math.log10(smallest) + 1e-9));
    double most = Math.pow(10, Math.ceil(Math.log10(Math.max(largest, smallest)) - 1e-9));
    return new Axis(least, most > least ? most : least * 10, true);
  }

  /// Where a value is, from 0 to 1.
  double place(double value) {
    double place =
        logarithmic
            ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
            : (value - least) / (most - least);
    return Math.clamp(place, 0.0, 1.0);
  }

  /// Values with a line, from the least to the most.
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double tick = least; tick <= most * (1 + 1e-9); tick *= 10) {
        ticks.add(tick);
      }
    } else {
      double step = step(most - least);
      for (int i = 0; least + i * step <= most + step * 1e-6; i++) {
        ticks.add(least + i * step);
      }
    }
    return ticks;
  }

  /// 1, 2 or 5 times a power of ten, so that there are about [#TICKS] of them.
  private static double step(double range) {
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }
}
