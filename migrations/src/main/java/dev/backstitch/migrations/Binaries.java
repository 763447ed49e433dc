package dev.backstitch.migrations;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/// The PostgreSQL programs, unpacked.
///
/// They are unpacked under a temporary name, marked with their number and size, and renamed. The
/// mark is compared with what is there at every start (some ten milliseconds): temporary folders
/// are cleaned file by file on some systems, and a power cut can leave files empty that were
/// written but not synced. What does not match is unpacked again.
///
/// Several processes may do this at the same time in the same folder: the first rename wins.
record Binaries(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
  private static final String MARK = "unpacked";
  private static final String TEMPORARY = ".unpacking-";
  private static final Duration LEFT_BEHIND_AFTER = Duration.ofHours(1);

  /// Unpacked they take four to five times the room.
  private static final int ROOM_FACTOR = 6;

  /// The programs for this machine below `parent`, unpacked now if they are not there yet.
  static Binaries in(Path parent, ServerUser user) {
    return in(parent, user, Platform.packedBinaries());
  }

  static Binaries in(Path parent, ServerUser user, URL packed) {
    try {
      Files.createDirectories(parent);
      Path folder = parent.toRealPath().resolve("postgresql-" + fingerprint(packed));
      if (isComplete(folder)) {
        requireTrusted(folder, user);
        return new Binaries(folder);
      }
      unpack(packed, parent.toRealPath(), folder, user);
      return new Binaries(folder);
    } catch (IOException e) {
      DiskSpace.of(parent).blameIfFull("unpacking PostgreSQL", e);
      throw EmbeddedPostgresException.systemRefused("unpacking PostgreSQL to " + parent, e);
    }
  }

  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  /// Other programs mean another name, so that a new version is never mixed with an old one. The
  /// checksum stands in the jar's directory and costs no reading of the content.
  private static String fingerprint(URL packed) throws IOException {
    URLConnection connection = packed.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(connection.getContentLengthLong());
  }

  private static void unpack(URL packed, Path parent, Path folder, ServerUser user)
      throws IOException {
    removeLeftBehind(parent);
    DiskSpace.of(parent)
        .require(
            packed.openConnection().getContentLengthLong() * ROOM_FACTOR, "unpacking PostgreSQL");
    Path temporary = Files.createTempDirectory(parent, TEMPORARY);
    try {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (InputStream in = new XZInputStream(new BufferedInputStream(packed.openStream()))) {
        TarArchive.unpack(
            in, temporary, name -> !name.endsWith(".a") && !name.contains("/pkgconfig"));
      }
      Files.writeString(temporary.resolve(MARK), contentOf(temporary));
      removeDamaged(parent, folder);
      rename(temporary, folder, user);
    } finally {
      Folders.delete(temporary);
    }
  }

  private static void removeDamaged(Path parent, Path folder) throws IOException {
    if (Files.exists(folder) && !isComplete(folder)) {
      LOG.warn("damaged PostgreSQL programs are unpacked again folder={}", folder);
      Path aside = Files.createTempDirectory(parent, TEMPORARY);
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
      Folders.delete(aside);
    }
  }

  private static void rename(Path temporary, Path folder, ServerUser user) throws IOException {
    try {
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!isComplete(folder)) {
        throw e;
      }
      requireTrusted(folder, user);
    }
  }

  private static boolean isComplete(Path folder) throws IOException {
    try {
      Path mark = folder.resolve(MARK);
      return Files.exists(mark) && Files.readString(mark).equals(contentOf(folder));
    } catch (NoSuchFileException e) {
      // Somebody else is exchanging it right now.
      return false;
    }
  }

  private static String contentOf(Path folder) throws IOException {
    long[] filesAndBytes = new long[2];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && !file.endsWith(MARK)) {
              filesAndBytes[0]++;
              filesAndBytes[1] += attributes.size();
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return "files=%d bytes=%d".formatted(filesAndBytes[0], filesAndBytes[1]);
  }

  /// A shared temporary folder may hold programs that somebody else put there for us to run.
  private static void requireTrusted(Path folder, ServerUser user) throws IOException {
    var permissions = Files.getPosixFilePermissions(folder);
    boolean othersMayWrite =
        permissions.contains(PosixFilePermission.GROUP_WRITE)
            || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (othersMayWrite || !user.trusts((int) owner)) {
      throw EmbeddedPostgresException.homeNotUsable(
          folder, "it can be written by another user (" + owner + ")", null);
    }
  }

  /// Several processes may do this at once, and each may find that another one was faster.
  private static void removeLeftBehind(Path parent) throws IOException {
    Instant limit = Instant.now().minus(LEFT_BEHIND_AFTER);
    try (var left = Files.newDirectoryStream(parent, TEMPORARY + "*")) {
      for (Path folder : left) {
        try {
          if (Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
            Folders.delete(folder);
          }
        } catch (NoSuchFileException e) {
          LOG.debug("another process removed it first", e);
        }
      }
    }
  }
}
