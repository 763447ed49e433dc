package dev.backstitch.loadtest.simulator.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The bytes of a request or an answer. Equal when the bytes are; immutable as long as nobody
/// writes into the array it was made of, which is not copied because bodies can be large.
public final class Body {

  public static final Body EMPTY = new Body(new byte[0]);

  private final byte[] bytes;

  private Body(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Body of(byte[] bytes) {
    return new Body(bytes);
  }

  public static Body of(String text) {
    return new Body(text.getBytes(StandardCharsets.UTF_8));
  }

  public int size() {
    return bytes.length;
  }

  public byte[] bytes() {
    return bytes;
  }

  /// The first half of the bytes.
  public Body firstHalf() {
    return new Body(Arrays.copyOf(bytes, bytes.length / 2));
  }

  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  Body gzip() {
    var compressed = new ByteArrayOutputStream(bytes.length / 3 + 64);
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Body(compressed.toByteArray());
  }

  void writeTo(OutputStream out, int atMost) throws IOException {
    out.write(bytes, 0, Math.min(atMost, bytes.length));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Body body && Arrays.equals(bytes, body.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
