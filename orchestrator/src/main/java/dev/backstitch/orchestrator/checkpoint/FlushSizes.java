package dev.backstitch.orchestrator.checkpoint;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// How large flushes were, as a histogram whose borders are powers of two.
///
/// @param counts the flushes whose size is at most [#border(int)] of their index and above the
///   border before; the last also has those above its border
public record FlushSizes(List<Long> counts) {
  /// How many borders there are: 1, 2, 4, up to 65,536.
  public static final int BORDERS = 17;

  /// Copies the list.
  ///
  /// @throws IllegalArgumentException if there isn't one count for each border
  public FlushSizes {
    counts = List.copyOf(counts);
    if (counts.size() != BORDERS) {
      throw new IllegalArgumentException(
          "there are " + BORDERS + " counts of flushes, these are " + counts.size());
    }
  }

  /// No flush.
  public static FlushSizes none() {
    return new FlushSizes(LongStream.range(0, BORDERS).mapToObj(_ -> 0L).toList());
  }

  /// The largest size that is counted at this index.
  public static int border(int index) {
    return 1 << index;
  }

  /// Where a flush of this size is counted.
  static int indexOf(int size) {
    return size <= 1
        ? 0
        : Math.min(BORDERS - 1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
  }

  /// How many flushes.
  public long flushes() {
    return counts.stream().mapToLong(count -> count).sum();
  }

  /// How many flushes were not larger than the border of this index.
  public long upTo(int index) {
    return counts.stream().limit(index + 1L).mapToLong(count -> count).sum();
  }

  /// These and others.
  public FlushSizes plus(FlushSizes others) {
    return new FlushSizes(
        IntStream.range(0, BORDERS).mapToObj(i -> counts.get(i) + others.counts.get(i)).toList());
  }

  /// Those that came since an earlier look at the same lanes.
  public FlushSizes since(FlushSizes earlier) {
    return new FlushSizes(
        IntStream.range(0, BORDERS).mapToObj(i -> counts.get(i) - earlier.counts.get(i)).toList());
  }
}
