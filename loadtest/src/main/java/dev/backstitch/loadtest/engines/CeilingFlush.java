package dev.backstitch.loadtest.engines;

import java.util.Arrays;

/// The columns of one flush.
///
/// Belongs to its lane's thread; arrays are handed out as they are.
final class CeilingFlush {
  private final long atMicros = System.currentTimeMillis() * 1_000;
  private final long[] started;
  private final long[] closed;
  private final long[] runs;
  private final int[] seqs;
  private final String[] types;
  private final byte[][] payloads;
  private int events;

  /// @param started ids of the runs that start
  /// @param closed ids of those that end
  /// @param atMostEvents for which there is room
  CeilingFlush(long[] started, long[] closed, int atMostEvents) {
    this.started = started;
    this.closed = closed;
    this.runs = new long[atMostEvents];
    this.seqs = new int[atMostEvents];
    this.types = new String[atMostEvents];
    this.payloads = new byte[atMostEvents][];
  }

  void add(long run, Stored event) {
    runs[events] = run;
    seqs[events] = event.seq();
    types[events] = event.type();
    payloads[events] = event.payload().utf8();
    events++;
  }

  /// How many there are.
  int events() {
    return events;
  }

  /// The time of everything in it.
  long atMicros() {
    return atMicros;
  }

  long[] started() {
    return started;
  }

  long[] closed() {
    return closed;
  }

  long[] runs() {
    return Arrays.copyOf(runs, events);
  }

  int[] seqs() {
    return Arrays.copyOf(seqs, events);
  }

  String[] types() {
    return Arrays.copyOf(types, events);
  }

  byte[][] payloads() {
    return Arrays.copyOf(payloads, events);
  }
}
