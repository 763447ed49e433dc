package dev.backstitch.loadtest.cells;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/// Says which cell a key belongs to: always the same one for the same names of cells, in whatever
/// process and whatever order they are known.
///
/// Every cell's name and the key are hashed together, and the highest hash wins (rendezvous
/// hashing). So a cell more takes its share from all others evenly, and no key moves between those
/// that were there before.
public final class CellRouter {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final List<String> cells;

  /// @param cells their names
  /// @throws IllegalArgumentException if there is none, or a name twice
  public CellRouter(List<String> cells) {
    this.cells = List.copyOf(cells);
    if (cells.isEmpty() || cells.stream().distinct().count() < cells.size()) {
      throw new IllegalArgumentException("cells have different names, these are " + cells);
    }
  }

  /// The name of the cell.
  public String cellOf(String key) {
    return cells.stream()
        .max(
            Comparator.comparingLong((String cell) -> weight(cell, key))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /// FNV-1a over both, separated by a byte that no text has, and stirred: names that differ only in
  /// their last letter would else lie near each other.
  private static long weight(String cell, String key) {
    long hash = hash((hash(FNV_OFFSET, cell) * FNV_PRIME) ^ 0xff, key);
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }

  private static long hash(long begin, String text) {
    long hash = begin;
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (one & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
