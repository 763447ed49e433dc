package dev.backstitch.loadtest.engines;

import dev.backstitch.orchestrator.history.Payload;

/// An event as a row.
record Stored(int seq, String type, Payload payload) {

  static Stored of(int seq, String type, byte[] payload) {
    return new Stored(seq, type, Payload.ofRecorded(payload));
  }
}
