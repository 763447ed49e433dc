package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A JSON value as UTF-8 bytes, kept exactly as it was written: numbers keep their lexemes, and two
/// payloads are equal when their bytes are.
///
/// Immutable: the bytes are never handed out without a copy, except to the package's own codec.
public final class Payload {

  /// JSON `null`.
  public static final Payload NULL = new Payload("null".getBytes(StandardCharsets.UTF_8));

  private final byte[] utf8;

  private Payload(byte[] utf8) {
    this.utf8 = utf8;
  }

  /// Wraps JSON text. It is not parsed here.
  public static Payload ofJson(String json) {
    return new Payload(json.getBytes(StandardCharsets.UTF_8));
  }

  /// Wraps a copy of JSON bytes. They are not parsed here; bytes that are no UTF-8 become U+FFFD,
  /// as in any text, because what is recorded must be readable in the database, too.
  public static Payload ofUtf8(byte[] utf8) {
    return ofJson(new String(utf8, StandardCharsets.UTF_8));
  }

  /// Wraps a copy of JSON bytes that were a payload before.
  public static Payload ofRecorded(byte[] utf8) {
    return new Payload(utf8.clone());
  }

  /// Wraps JSON bytes that nobody else has.
  static Payload ofOwnUtf8(byte[] utf8) {
    return new Payload(utf8);
  }

  /// The JSON text.
  public String json() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /// A copy of the bytes.
  public byte[] utf8() {
    return utf8.clone();
  }

  /// The length in bytes.
  @JsonIgnore
  public int sizeBytes() {
    return utf8.length;
  }

  byte[] sharedUtf8() {
    return utf8;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(utf8, that.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  @Override
  public String toString() {
    return json();
  }
}
