package dev.backstitch.api.timeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lays time over a width of [#WIDTH] steps, piece by piece. Long stretches in which nothing ran
/// (five seconds and a quarter of the width, or more) are folded to a small fixed part of it.
final class TimeScale {
  /// Steps from the left edge to the right: tenths of a percent.
  static final int WIDTH = 1_000;

  private static final double FOLD_ABOVE = 0.25;
  private static final Duration SHORTEST_FOLD = Duration.ofSeconds(5);
  private static final int FOLDED_WIDTH = 60;
  private static final int MOST_FOLDS = 5;
  private static final int TICK_DISTANCE = 90;

  /// A piece of time with one constant speed.
  record Piece(Instant from, Instant to, double left, double right, boolean folded) {
    double at(Instant time) {
      double part = nanos(from, time) / nanos(from, to);
      return left + Math.clamp(part, 0, 1) * (right - left);
    }
  }

  /// A time in which something ran.
  record Busy(Instant from, Instant to) {}

  /// A mark on the axis.
  ///
  /// @param at steps from the left edge
  /// @param offset time since the start
  record Tick(int at, Duration offset) {}

  private final List<Piece> pieces;

  private TimeScale(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /// A scale from start to end (at least a millisecond later, so that there is something to
  /// divide).
  static TimeScale over(Instant start, Instant end, List<Busy> busy) {
    Instant last = end.isAfter(start.plusMillis(1)) ? end : start.plusMillis(1);
    List<Busy> quiet = longest(quietBetween(start, last, busy), Duration.between(start, last));
    double foldedNanos = quiet.stream().mapToDouble(gap -> nanos(gap.from(), gap.to())).sum();
    double speed =
        (WIDTH - quiet.size() * FOLDED_WIDTH) / Math.max(1, nanos(start, last) - foldedNanos);
    var pieces = new ArrayList<Piece>();
    Instant from = start;
    double left = 0;
    for (Busy gap : quiet) {
      if (gap.from().isAfter(from)) {
        double right = left + nanos(from, gap.from()) * speed;
        pieces.add(new Piece(from, gap.from(), left, right, false));
        left = right;
      }
      pieces.add(new Piece(gap.from(), gap.to(), left, left + FOLDED_WIDTH, true));
      left += FOLDED_WIDTH;
      from = gap.to();
    }
    if (last.isAfter(from)) {
      pieces.add(new Piece(from, last, left, WIDTH, false));
    }
    return new TimeScale(pieces);
  }

  private static List<Busy> quietBetween(Instant start, Instant end, List<Busy> busy) {
    var gaps = new ArrayList<Busy>();
    Instant reached = start;
    List<Busy> inOrder = busy.stream().sorted(Comparator.comparing(Busy::from)).toList();
    for (Busy next : inOrder) {
      if (next.from().isAfter(reached)) {
        gaps.add(new Busy(reached, next.from()));
      }
      reached = next.to().isAfter(reached) ? next.to() : reached;
    }
    if (end.isAfter(reached)) {
      gaps.add(new Busy(reached, end));
    }
    return gaps;
  }

  private static List<Busy> longest(List<Busy> gaps, Duration total) {
    // A run in which nothing ran at all needs no fold: there would be nothing to make room for.
    if (gaps.size() == 1
        && nanos(gaps.getFirst().from(), gaps.getFirst().to()) >= total.toNanos()) {
      return List.of();
    }
    // What is left after the longest gap is folded decides whether the next one is long, so that a
    // poller's equal pauses are all folded.
    List<Busy> byLength =
        gaps.stream()
            .sorted(
                Comparator.comparingDouble((Busy gap) -> nanos(gap.from(), gap.to())).reversed())
            .limit(MOST_FOLDS)
            .toList();
    var folded = new ArrayList<Busy>();
    double rest = total.toNanos();
    for (Busy gap : byLength) {
      double length = nanos(gap.from(), gap.to());
      if (length < rest * FOLD_ABOVE || length < SHORTEST_FOLD.toNanos()) {
        break;
      }
      folded.add(gap);
      rest -= length;
    }
    folded.sort(Comparator.comparing(Busy::from));
    return folded;
  }

  /// Steps from the left edge, 0 to [#WIDTH].
  int at(Instant time) {
    for (Piece piece : pieces) {
      if (!time.isAfter(piece.to())) {
        return (int) Math.round(piece.at(time));
      }
    }
    return WIDTH;
  }

  /// The stretches that were folded.
  List<Piece> folds() {
    return pieces.stream().filter(Piece::folded).toList();
  }

  /// Marks for the axis, from the left: round offsets, or the borders of folds where there are any.
  List<Tick> ticks() {
    Instant start = pieces.getFirst().from();
    var ticks = new ArrayList<Tick>();
    ticks.add(new Tick(0, Duration.ZERO));
    if (pieces.size() == 1) {
      Duration total = Duration.between(start, pieces.getFirst().to());
      Duration step = RoundStep.forTotal(total);
      for (Duration offset = step; offset.compareTo(total) < 0; offset = offset.plus(step)) {
        addIfRoom(ticks, new Tick(at(start.plus(offset)), offset));
      }
    } else {
      for (Piece piece : pieces) {
        addIfRoom(
            ticks, new Tick((int) Math.round(piece.right()), Duration.between(start, piece.to())));
      }
    }
    return ticks;
  }

  private static void addIfRoom(List<Tick> ticks, Tick tick) {
    if (tick.at() - ticks.getLast().at() >= TICK_DISTANCE
        && tick.at() <= WIDTH - TICK_DISTANCE / 2) {
      ticks.add(tick);
    }
  }

  private static double nanos(Instant from, Instant to) {
    return Duration.between(from, to).toNanos();
  }
}
