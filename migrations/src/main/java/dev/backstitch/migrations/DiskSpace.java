package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The room left on the disk below a folder, asked before something large is written and after
/// something failed, because programs report a full disk in many words.
record DiskSpace(Path folder, long usableBytes) {

  /// Below this nothing works reliably: PostgreSQL alone writes its log in pieces of 16 MB.
  private static final long FULL_BELOW_BYTES = 20L << 20;

  /// The folder itself need not exist yet.
  static DiskSpace of(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (Files.notExists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      return new DiskSpace(folder, Files.getFileStore(existing).getUsableSpace());
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("asking for the free space of " + folder, e);
    }
  }

  void require(long neededBytes, String doing) {
    if (usableBytes < neededBytes) {
      throw EmbeddedPostgresException.diskFull(
          folder, usableBytes, "%s needs %d MB".formatted(doing, neededBytes >> 20), null);
    }
  }

  void blameIfFull(String doing, @Nullable Throwable cause) {
    if (usableBytes < FULL_BELOW_BYTES) {
      throw EmbeddedPostgresException.diskFull(folder, usableBytes, doing, cause);
    }
  }
}
