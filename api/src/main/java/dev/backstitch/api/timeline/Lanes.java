package dev.backstitch.api.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Strips in lanes, so that none covers another: each in the first lane that is free.
record Lanes(List<Integer> laneOfStrip, int count) {
  private static final int GAP = 2;

  /// Empty if that takes more lanes than `most`.
  static Optional<Lanes> pack(List<Strip> stripsFromTheLeft, int most) {
    var laneOfStrip = new ArrayList<Integer>();
    var freeFrom = new ArrayList<Integer>();
    for (Strip strip : stripsFromTheLeft) {
      int lane = 0;
      while (lane < freeFrom.size() && freeFrom.get(lane) > strip.left()) {
        lane++;
      }
      if (lane == freeFrom.size()) {
        freeFrom.add(0);
      }
      if (lane == most) {
        return Optional.empty();
      }
      freeFrom.set(lane, strip.right());
      laneOfStrip.add(lane);
    }
    return Optional.of(new Lanes(laneOfStrip, Math.max(1, freeFrom.size())));
  }

  /// Pixels. Few lanes are high enough to hold a number.
  int barHeight() {
    if (count <= 3) {
      return 18;
    }
    return count <= 6 ? 12 : 7;
  }

  /// Pixels.
  int top(int strip) {
    return laneOfStrip.get(strip) * (barHeight() + GAP);
  }

  /// Pixels.
  int height() {
    return count * (barHeight() + GAP) - GAP;
  }
}
