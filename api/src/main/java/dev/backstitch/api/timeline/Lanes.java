package dev.backstitch.api.timeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Strips in lanes, so that none covers another: each in the first lane that is free. Strips that
/// stand for many calls get thick lanes at the top, with room for a number; single calls, which
/// went their own way, get thin lanes below.
record Lanes(List<Integer> topOfStrip, List<Integer> heightOfStrip, int height) {
  private static final int GAP = 2;
  private static final int THICK = 18;
  private static final int MIDDLE = 12;
  private static final int THIN = 7;

  /// Empty if that takes more lanes than `most`.
  static Optional<Lanes> pack(List<Strip> stripsFromTheLeft, int most) {
    boolean[] crowd = new boolean[stripsFromTheLeft.size()];
    for (int i = 0; i < crowd.length; i++) {
      crowd[i] = stripsFromTheLeft.get(i).count() > 1;
    }
    var lanes = new Packing(stripsFromTheLeft, crowd, most);
    if (!lanes.pack(true) || !lanes.pack(false)) {
      return Optional.empty();
    }
    int crowdHeight = lanes.crowds <= 5 ? THICK : MIDDLE;
    int singleHeight = singleHeight(lanes.crowds, lanes.singles);
    var tops = new ArrayList<Integer>();
    var heights = new ArrayList<Integer>();
    for (int i = 0; i < crowd.length; i++) {
      tops.add(
          crowd[i]
              ? lanes.lane[i] * (crowdHeight + GAP)
              : lanes.crowds * (crowdHeight + GAP) + lanes.lane[i] * (singleHeight + GAP));
      heights.add(crowd[i] ? crowdHeight : singleHeight);
    }
    int height = lanes.crowds * (crowdHeight + GAP) + lanes.singles * (singleHeight + GAP) - GAP;
    return Optional.of(new Lanes(tops, heights, Math.max(THICK, height)));
  }

  private static int singleHeight(int crowds, int singles) {
    if (crowds > 0 || singles > 6) {
      return THIN;
    }
    return singles <= 3 ? THICK : MIDDLE;
  }

  /// The two groups of lanes while they are filled.
  private static final class Packing {
    private final List<Strip> strips;
    private final boolean[] crowd;
    private final int most;
    private final int[] lane;
    private int crowds;
    private int singles;

    Packing(List<Strip> strips, boolean[] crowd, int most) {
      this.strips = strips;
      this.crowd = crowd;
      this.most = most;
      this.lane = new int[strips.size()];
    }

    /// Whether there were lanes enough.
    boolean pack(boolean ofCrowds) {
      var freeFrom = new ArrayList<Integer>();
      for (int i = 0; i < crowd.length; i++) {
        if (crowd[i] == ofCrowds) {
          Strip strip = strips.get(i);
          int free = 0;
          while (free < freeFrom.size() && freeFrom.get(free) > strip.left()) {
            free++;
          }
          if (free == freeFrom.size()) {
            freeFrom.add(0);
          }
          if (crowds + freeFrom.size() > most) {
            return false;
          }
          freeFrom.set(free, strip.right());
          lane[i] = free;
        }
      }
      if (ofCrowds) {
        crowds = freeFrom.size();
      } else {
        singles = freeFrom.size();
      }
      return true;
    }
  }
}
