package dev.backstitch.loadtest.contest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/// A file in which every executed step leaves a mark, whoever executes it. What was written is
/// there after the process was killed. Safe for any thread.
public final class Effects implements AutoCloseable {
  private static final int MARK_BYTES = 8;

  private final FileChannel file;

  private Effects(FileChannel file) {
    this.file = file;
  }

  /// How often steps were executed.
  ///
  /// @param distinct steps
  /// @param repeated executions of a step beyond its first
  record Tally(int distinct, int repeated) {}

  /// Where the marks of a ground are.
  static Path of(Ground ground) {
    return Path.of(ground.folder(), "effects");
  }

  /// Opens a ground's file, made if it is not there.
  public static Effects open(Ground ground) throws IOException {
    return new Effects(
        FileChannel.open(of(ground), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  /// A step is executed.
  public void mark(int run, int step) {
    try {
      file.write(ByteBuffer.allocate(MARK_BYTES).putInt(run).putInt(step).flip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How many marks there are.
  static long count(Path path) throws IOException {
    return Files.exists(path) ? Files.size(path) / MARK_BYTES : 0;
  }

  static Tally tally(Path path) throws IOException {
    ByteBuffer marks = ByteBuffer.wrap(Files.readAllBytes(path));
    Set<Long> distinct = new HashSet<>();
    int all = 0;
    while (marks.remaining() >= MARK_BYTES) {
      distinct.add(marks.getLong());
      all++;
    }
    return new Tally(distinct.size(), all - distinct.size());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
