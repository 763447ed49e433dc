package dev.backstitch.orchestrator.history;

import com.fasterxml.jackson.core.SerializableString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// A payload as generators take raw JSON: one of bytes copies it as it is, instead of having it
/// decoded to text and encoded again. It has no quoted form.
record RawJson(Payload payload) implements SerializableString {

  @Override
  public String getValue() {
    return payload.json();
  }

  @Override
  public int charLength() {
    return payload.json().length();
  }

  @Override
  public byte[] asUnquotedUTF8() {
    return payload.sharedUtf8();
  }

  @Override
  public int appendUnquotedUTF8(byte[] buffer, int offset) {
    byte[] utf8 = payload.sharedUtf8();
    if (utf8.length > buffer.length - offset) {
      return -1;
    }
    System.arraycopy(utf8, 0, buffer, offset, utf8.length);
    return utf8.length;
  }

  @Override
  public int appendUnquoted(char[] buffer, int offset) {
    String json = payload.json();
    if (json.length() > buffer.length - offset) {
      return -1;
    }
    json.getChars(0, json.length(), buffer, offset);
    return json.length();
  }

  @Override
  public int writeUnquotedUTF8(OutputStream out) throws IOException {
    out.write(payload.sharedUtf8());
    return payload.sizeBytes();
  }

  @Override
  public int putUnquotedUTF8(ByteBuffer out) {
    if (payload.sizeBytes() > out.remaining()) {
      return -1;
    }
    out.put(payload.sharedUtf8());
    return payload.sizeBytes();
  }

  @Override
  public char[] asQuotedChars() {
    throw quoted();
  }

  @Override
  public byte[] asQuotedUTF8() {
    throw quoted();
  }

  @Override
  public int appendQuotedUTF8(byte[] buffer, int offset) {
    throw quoted();
  }

  @Override
  public int appendQuoted(char[] buffer, int offset) {
    throw quoted();
  }

  @Override
  public int writeQuotedUTF8(OutputStream out) {
    throw quoted();
  }

  @Override
  public int putQuotedUTF8(ByteBuffer buffer) {
    throw quoted();
  }

  private static UnsupportedOperationException quoted() {
    return new UnsupportedOperationException("raw JSON is written as it is, never inside a text");
  }
}
