package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who owns a home folder: whoever holds the lock on its lock file. The operating system releases
/// it when the process ends, however it ends.
///
/// Such locks belong to the process, not to the one who took them: closing *any* handle on the lock
/// file gives the lock up. Therefore all of one process share one handle per file, which is closed
/// when the last of them is done. This is why there is a static map here.
///
/// Thread-safe.
final class HomeLock implements AutoCloseable {

  private static final Map<Path, Handle> HANDLES = new HashMap<>();

  private final Path file;
  private final Handle handle;
  private boolean closed;

  private HomeLock(Path file, Handle handle) {
    this.file = file;
    this.handle = handle;
  }

  /// Opens the lock file, and makes it when missing; takes no lock yet.
  static HomeLock open(Path file) throws IOException {
    synchronized (HANDLES) {
      Handle handle = HANDLES.get(file);
      if (handle == null) {
        handle = new Handle(openChannel(file));
        HANDLES.put(file, handle);
      }
      handle.users++;
      return new HomeLock(file, handle);
    }
  }

  private static FileChannel openChannel(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /// Takes the lock if nobody has it.
  ///
  /// @return whether the lock is now held by this object
  boolean tryAcquire() throws IOException {
    synchronized (HANDLES) {
      if (closed) {
        throw new IllegalStateException("the lock on " + file + " was closed");
      }
      if (handle.holder != null) {
        return handle.holder == this;
      }
      // The handle keeps the lock: closing the handle or releasing it gives the lock up.
      handle.lock = handle.channel.tryLock();
      if (handle.lock == null) {
        return false;
      }
      handle.holder = this;
      byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
      handle.channel.truncate(0);
      handle.channel.write(ByteBuffer.wrap(pid), 0);
      return true;
    }
  }

  /// Gives the lock up, if it is held; it can be taken again.
  void release() throws IOException {
    synchronized (HANDLES) {
      if (handle.holder == this && handle.lock != null) {
        handle.lock.release();
        handle.lock = null;
        handle.holder = null;
      }
    }
  }

  /// The process that took the lock last, for messages. Read through the shared handle, because
  /// opening and closing the file a second time would give the lock up.
  String lastOwner() throws IOException {
    synchronized (HANDLES) {
      ByteBuffer pid = ByteBuffer.allocate(20);
      handle.channel.read(pid, 0);
      return StandardCharsets.UTF_8.decode(pid.flip()).toString();
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HANDLES) {
      if (closed) {
        return;
      }
      release();
      closed = true;
      handle.users--;
      if (handle.users == 0) {
        HANDLES.remove(file);
        handle.channel.close();
      }
    }
  }

  private static final class Handle {
    final FileChannel channel;
    int users;
    @Nullable FileLock lock;
    @Nullable HomeLock holder;

    Handle(FileChannel channel) {
      this.channel = channel;
    }
  }
}
