package dev.backstitch.api.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// The folder that belongs to one server. The lock goes with the process, however it ends.
final class HomeFolder implements AutoCloseable {
  private final FileChannel channel;

  private HomeFolder(FileChannel channel) {
    this.channel = channel;
  }

  /// Makes the folder if it is missing, for its user only.
  static void create(Path home) {
    try {
      if (Files.notExists(home)) {
        boolean posix = home.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
          Files.createDirectories(
              home,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
          Files.createDirectories(home);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The home folder " + home + " can't be made. Pass another one with --home.", e);
    }
  }

  /// Takes the folder for this process.
  ///
  /// @throws HomeInUseException if another process, or another server of this one, has it
  static HomeFolder own(Path home) {
    create(home);
    @Nullable FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              home.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) != null) {
        return new HomeFolder(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The home folder " + home + " can't be used. Pass another one with --home.", e);
    }
    var first = ServerFile.read(home);
    throw new HomeInUseException(home, first, first.filter(RunningServer::answers).isPresent());
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // A server of this same process has it.
      return null;
    }
  }

  @Override
  public void close() {
    try {
      // Closing the channel gives the lock back.
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("could not unlock the home folder", e);
    }
  }
}
