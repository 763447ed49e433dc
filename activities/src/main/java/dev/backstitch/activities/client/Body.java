package dev.backstitch.activities.client;

import java.nio.charset.StandardCharsets;

/// Bytes that were received. Not copied: the receiver is their only owner.
public final class Body {
  private final byte[] bytes;

  /// Wraps bytes that nobody will change.
  public Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The bytes themselves.
  public byte[] bytes() {
    return bytes;
  }

  /// The bytes as UTF-8.
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
