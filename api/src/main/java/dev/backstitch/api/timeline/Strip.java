package dev.backstitch.api.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One or more calls as they lie on the scale: the same phases, at nearly the same times.
record Strip(List<Part> parts, int count) {
  /// Calls of one batch end within milliseconds of each other. This is how far apart, in steps,
  /// they may be and still be drawn as one.
  private static final int TOLERANCE = 6;

  /// A segment on the scale.
  record Part(Segment segment, int left, int right) {}

  static Strip of(List<Segment> segments, TimeScale scale) {
    return new Strip(
        segments.stream()
            .map(segment -> new Part(segment, scale.at(segment.from()), scale.at(segment.to())))
            .toList(),
        1);
  }

  int left() {
    return parts.getFirst().left();
  }

  /// One step behind the last, so that even the shortest strip takes room.
  int right() {
    return Math.max(parts.getLast().right(), left() + 1);
  }

  /// Puts those together that look alike, ordered from the left.
  static List<Strip> merge(List<Strip> strips) {
    var merged = new ArrayList<Strip>();
    // Per sequence of phases, the indexes of the strips that later ones may still join.
    Map<List<Phase>, List<Integer>> recent = new HashMap<>();
    for (Strip strip : strips.stream().sorted(Comparator.comparingInt(Strip::left)).toList()) {
      List<Integer> candidates = recent.computeIfAbsent(strip.phases(), _ -> new ArrayList<>());
      candidates.removeIf(index -> merged.get(index).left() < strip.left() - TOLERANCE);
      int same = 0;
      while (same < candidates.size() && !merged.get(candidates.get(same)).isLike(strip)) {
        same++;
      }
      if (same < candidates.size()) {
        merged.set(candidates.get(same), merged.get(candidates.get(same)).plus(strip));
      } else {
        candidates.add(merged.size());
        merged.add(strip);
      }
    }
    // Of those that begin together the largest first, so that batches get the upper lanes.
    merged.sort(
        Comparator.comparingInt(Strip::left)
            .thenComparing(Comparator.comparingInt(Strip::count).reversed()));
    return merged;
  }

  private List<Phase> phases() {
    return parts.stream().map(part -> part.segment().phase()).toList();
  }

  private boolean isLike(Strip other) {
    for (int i = 0; i < parts.size(); i++) {
      if (Math.abs(parts.get(i).left() - other.parts.get(i).left()) > TOLERANCE
          || Math.abs(parts.get(i).right() - other.parts.get(i).right()) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  private Strip plus(Strip other) {
    return new Strip(parts, count + other.count);
  }
}
