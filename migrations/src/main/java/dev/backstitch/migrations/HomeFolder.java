package dev.backstitch.migrations;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder that one database lives in, and the names of what is inside.
record HomeFolder(Path path) {

  private static final Set<PosixFilePermission> FOR_ITS_USER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Logger LOG = LoggerFactory.getLogger(HomeFolder.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LOCK = "owner.lock";
  private static final String UNFINISHED_DATA = "data.unfinished-";
  private static final char REPLACEMENT = '\uFFFD';
  private static final int PASSWORD_BYTES = 24;

  /// Makes the folder when it is missing and closes it to other users.
  static HomeFolder open(Path configured) {
    Path home = expressible(configured);
    try {
      boolean made = Files.notExists(home);
      Files.createDirectories(home);
      if (!made && !isEmpty(home) && Files.notExists(home.resolve(LOCK))) {
        throw EmbeddedPostgresException.homeNotUsable(
            home, "it holds files that are not a Backstitch database's", null);
      }
      if (!Files.getPosixFilePermissions(home).equals(FOR_ITS_USER_ONLY)) {
        Files.setPosixFilePermissions(home, FOR_ITS_USER_ONLY);
      }
      Path real = home.toRealPath();
      if (!Files.isWritable(real)) {
        throw EmbeddedPostgresException.homeNotUsable(real, "this user may not write there", null);
      }
      return new HomeFolder(real);
    } catch (IOException e) {
      throw EmbeddedPostgresException.homeNotUsable(home, e.toString(), e);
    }
  }

  /// Under a locale without UTF-8 the runtime silently replaces the letters of the current folder
  /// that it cannot express by question marks, and works in another folder than the user sees.
  private static Path expressible(Path configured) {
    String encoding = System.getProperty("sun.jnu.encoding", "unknown");
    String folder = System.getProperty("user.dir", "");
    String path = configured.isAbsolute() ? configured.toString() : folder + "/" + configured;
    boolean ascii = path.chars().allMatch(letter -> letter >= ' ' && letter <= '~');
    if (!ascii && !isExpressible(path, encoding)) {
      throw EmbeddedPostgresException.pathNotExpressible(path, encoding);
    }
    return configured.toAbsolutePath().normalize();
  }

  private static boolean isExpressible(String path, String encoding) {
    return path.indexOf(REPLACEMENT) < 0
        && Charset.isSupported(encoding)
        && Charset.forName(encoding).newEncoder().canEncode(path);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var entries = Files.newDirectoryStream(folder)) {
      return !entries.iterator().hasNext();
    }
  }

  Path lock() {
    return path.resolve(LOCK);
  }

  Path data() {
    return path.resolve("data");
  }

  /// Where a new cluster is made; it gets its real name only when it is complete.
  Path newUnfinishedData() {
    return path.resolve(UNFINISHED_DATA + HexFormat.of().toHexDigits(RANDOM.nextInt()));
  }

  /// Removes what processes left behind that died while they made a cluster.
  void removeUnfinishedData() throws IOException {
    try (var left = Files.newDirectoryStream(path, UNFINISHED_DATA + "*")) {
      for (Path folder : left) {
        LOG.warn("the rest of an interrupted start is removed folder={}", folder);
        try {
          Folders.delete(folder);
        } catch (DirectoryNotEmptyException e) {
          LOG.warn(
              "a dying process still writes there, the next start removes it folder={}", folder);
        }
      }
    }
  }

  /// As long as the lock file is there, nobody can take the folder for a new one.
  void deleteWithLockLast() throws IOException {
    try (var children = Files.newDirectoryStream(path, child -> !child.equals(lock()))) {
      for (Path child : children) {
        Folders.delete(child);
      }
    }
    Folders.delete(path);
  }

  Path log() {
    return path.resolve("server.log");
  }

  Path passwordFile() {
    return path.resolve("password");
  }

  private Path portFile() {
    return path.resolve("port");
  }

  /// The password, made at the first start. Only the owner of the home may call this.
  String passwordOrNew() {
    if (Files.exists(passwordFile())) {
      return password();
    }
    if (Files.exists(data())) {
      throw EmbeddedPostgresException.dataNotUsable(
          data(), "its password file " + passwordFile() + " is missing; put it back");
    }
    byte[] random = new byte[PASSWORD_BYTES];
    RANDOM.nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    write(passwordFile(), password);
    return password;
  }

  /// The password that the owner made.
  String password() {
    return read(passwordFile());
  }

  /// The port of the last server, or 0. Keeping it spares clients a change of address.
  int lastPort() {
    if (Files.notExists(portFile())) {
      return 0;
    }
    String port = read(portFile());
    return port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
  }

  void rememberPort(int port) {
    if (port != lastPort()) {
      write(portFile(), Integer.toString(port));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("reading " + file, e);
    }
  }

  /// Complete or not at all, also after a power cut.
  private void write(Path file, String content) {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      Files.deleteIfExists(unfinished);
      Files.createFile(
          unfinished,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      Folders.force(path);
    } catch (IOException e) {
      DiskSpace.of(path).blameIfFull("writing " + file, e);
      throw EmbeddedPostgresException.systemRefused("writing " + file, e);
    }
  }
}
