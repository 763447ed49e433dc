package dev.backstitch.activities.git;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Git's packet lines (https://git-scm.com/docs/protocol-common#_pkt_line_format): each with its
/// length in front, and marks between them that have no content.
final class Packets {
  private static final int LENGTH_DIGITS = 4;
  private static final String FLUSH = "0000";
  private static final String DELIMITER = "0001";

  private final byte[] bytes;
  private int at;

  Packets(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The content of the next packet; nothing for a mark.
  ///
  /// @throws IOException if the bytes end within a packet, or it is an error of the server's
  Optional<byte[]> next() throws IOException {
    if (bytes.length - at < LENGTH_DIGITS) {
      throw new IOException("it ends within a packet");
    }
    String digits = new String(bytes, at, LENGTH_DIGITS, StandardCharsets.US_ASCII);
    if (!digits.matches("[0-9a-fA-F]{4}")) {
      throw new IOException("a packet has no length");
    }
    int length = Integer.parseInt(digits, 16);
    if (length < LENGTH_DIGITS) {
      at += LENGTH_DIGITS;
      return Optional.empty();
    }
    if (bytes.length - at < length) {
      throw new IOException("it ends within a packet");
    }
    byte[] content = Arrays.copyOfRange(bytes, at + LENGTH_DIGITS, at + length);
    at += length;
    return Optional.of(content);
  }

  /// The same as text, without the end of the line.
  Optional<String> nextLine() throws IOException {
    Optional<String> line =
        next().map(content -> new String(content, StandardCharsets.UTF_8).stripTrailing());
    if (line.isPresent() && line.get().startsWith("ERR ")) {
      throw new IOException(line.get());
    }
    return line;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  /// Band 1 of what follows (https://git-scm.com/docs/protocol-v2#_fetch), to the next mark.
  ///
  /// @throws IOException if the server reports an error on band 3
  InputStream firstBand() throws IOException {
    var band = new ByteArrayOutputStream(bytes.length - at);
    for (Optional<byte[]> packet = next(); packet.isPresent(); packet = next()) {
      byte[] content = packet.get();
      switch (content.length == 0 ? 0 : content[0]) {
        case 1 -> band.write(content, 1, content.length - 1);
        case 2 -> {
          // Progress, for people who wait.
        }
        case 3 ->
            throw new IOException(
                new String(content, 1, content.length - 1, StandardCharsets.UTF_8));
        default -> throw new IOException("a packet is on no band");
      }
    }
    return new ByteArrayInputStream(band.toByteArray());
  }

  /// Writes packets. Text only, as requests are.
  static final class Writer {
    private final StringBuilder text = new StringBuilder();

    Writer line(String line) {
      int length = line.getBytes(StandardCharsets.UTF_8).length + 1 + LENGTH_DIGITS;
      text.append("%04x".formatted(length)).append(line).append('\n');
      return this;
    }

    Writer delimiter() {
      text.append(DELIMITER);
      return this;
    }

    byte[] flush() {
      return text.append(FLUSH).toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
