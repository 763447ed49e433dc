package dev.backstitch.loadtest.simulator.graphql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A blob's bytes as GraphQL shows them.
final class BlobContent {

  /// Where GitHub cuts the text; undocumented, seen to be about 500 kB.
  static final int MAX_TEXT_BYTES = 512_000;

  /// Like git, look this far for a NUL byte.
  private static final int BINARY_PROBE_BYTES = 8_000;

  private final byte[] bytes;

  BlobContent(byte[] bytes) {
    this.bytes = bytes;
  }

  int byteSize() {
    return bytes.length;
  }

  boolean isBinary() {
    for (int i = 0; i < Math.min(bytes.length, BINARY_PROBE_BYTES); i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  boolean isTruncated() {
    return bytes.length > MAX_TEXT_BYTES;
  }

  /// Null when binary. Bytes that are not UTF-8 come out as replacement characters: the text then
  /// is not the file, and only its object id tells.
  @Nullable String text() {
    if (isBinary()) {
      return null;
    }
    int end = Math.min(bytes.length, MAX_TEXT_BYTES);
    while (end < bytes.length && end > 0 && (bytes[end] & 0xC0) == 0x80) {
      end--; // Never inside a character.
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
