package dev.backstitch.migrations;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Predicate;

/// Reads the part of the tar format (ustar with GNU long names) that the packed programs use, into
/// a folder. Anything else in the archive is an error, so that a change of format is noticed.
final class TarArchive {

  private static final int BLOCK_BYTES = 512;
  private static final int NAME_AT = 0;
  private static final int NAME_BYTES = 100;
  private static final int MODE_AT = 100;
  private static final int MODE_BYTES = 8;
  private static final int SIZE_AT = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE_AT = 156;
  private static final int LINK_AT = 157;
  private static final int MAGIC_AT = 257;
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_BYTES = 155;
  private static final int EXECUTABLE_BITS = 0111;

  private final DataInputStream in;
  private final Path target;
  private final byte[] header = new byte[BLOCK_BYTES];
  private String longName = "";

  private TarArchive(InputStream in, Path target) {
    this.in = new DataInputStream(in);
    this.target = target;
  }

  /// Unpacks what is wanted into `target`, readable by all, writable by this user.
  static void unpack(InputStream archive, Path target, Predicate<String> wanted)
      throws IOException {
    var tar = new TarArchive(archive, target);
    while (tar.nextHeader()) {
      tar.unpackEntry(wanted);
    }
  }

  private boolean nextHeader() throws IOException {
    in.readFully(header);
    for (byte b : header) {
      if (b != 0) {
        if (!text(MAGIC_AT, 5).equals("ustar")) {
          throw new IOException("not a ustar archive");
        }
        return true;
      }
    }
    return false;
  }

  private void unpackEntry(Predicate<String> wanted) throws IOException {
    long size = octal(SIZE_AT, SIZE_BYTES);
    if (header[TYPE_AT] == 'L') {
      longName = new String(readEntry(size), StandardCharsets.UTF_8).replace("\0", "");
      return;
    }
    String name = longName.isEmpty() ? shortName() : longName;
    longName = "";
    Path file = target.resolve(name).normalize();
    if (!file.startsWith(target)) {
      throw new IOException("the archive reaches outside of its folder: " + name);
    }
    if (!wanted.test(name)) {
      skip(padded(size));
      return;
    }
    switch (header[TYPE_AT]) {
      case '5' -> Files.createDirectories(file);
      case '2' -> link(file);
      case '0', 0 -> file(file, size);
      default ->
          throw new IOException("entry %s has type %c".formatted(name, (char) header[TYPE_AT]));
    }
  }

  private void file(Path file, long size) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, readEntry(size));
    boolean executable = (octal(MODE_AT, MODE_BYTES) & EXECUTABLE_BITS) != 0;
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private void link(Path file) throws IOException {
    Path goal = Path.of(text(LINK_AT, NAME_BYTES));
    if (goal.isAbsolute() || !file.resolveSibling(goal).normalize().startsWith(target)) {
      throw new IOException("the archive links outside of its folder: " + file);
    }
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, goal);
  }

  private byte[] readEntry(long size) throws IOException {
    byte[] content = new byte[Math.toIntExact(size)];
    in.readFully(content);
    skip(padded(size) - size);
    return content;
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      throw new IOException("the archive ends too early", e);
    }
  }

  private static long padded(long size) {
    return (size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  private String shortName() {
    String prefix = header[MAGIC_AT + 5] == 0 ? text(PREFIX_AT, PREFIX_BYTES) : "";
    String name = text(NAME_AT, NAME_BYTES);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }

  private long octal(int offset, int length) throws IOException {
    String digits = text(offset, length).strip();
    if (!digits.matches("[0-7]+")) {
      throw new IOException("'" + digits + "' is not an octal number");
    }
    return Long.parseLong(digits, 8);
  }
}
