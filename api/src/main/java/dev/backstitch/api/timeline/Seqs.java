package dev.backstitch.api.timeline;

import java.util.Arrays;

/// Ascending numbers of events, four bytes each. Not thread-safe.
final class Seqs {
  private int[] seqs = new int[8];
  private int size;

  void add(int seq) {
    if (size == seqs.length) {
      seqs = Arrays.copyOf(seqs, size * 2);
    }
    seqs[size++] = seq;
  }

  int get(int index) {
    return seqs[index];
  }

  int size() {
    return size;
  }
}
