package dev.backstitch.migrations;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// As whom PostgreSQL runs. It refuses to run as root, because a hole in it would then be a hole in
/// the machine.
///
/// - An ordinary user runs it as himself. Containers often give a user without a name, to whom
///   `initdb` objects; in a new user namespace he is `nobody`, and still owns his files.
/// - Root, in a home of its own: in a new user namespace, in which root is nobody in particular but
///   still owns its files. This changes no file and needs no second user.
/// - Root, where user namespaces are forbidden, or in the home of an ordinary user: as that user,
///   or as an unprivileged one who then owns the home, through `setpriv`.
///
/// @param prefix what stands before the command that starts PostgreSQL
/// @param uid to whom the home folder has to belong
record ServerUser(List<String> prefix, int uid, int gid) {

  private static final Logger LOG = LoggerFactory.getLogger(ServerUser.class);
  private static final String UID = "unix:uid";
  private static final String GID = "unix:gid";
  private static final int ROOT = 0;
  private static final int NOBODY = 65_534;
  private static final String IS_NOT_ROOT_AND_HAS_A_NAME = "test \"$(id -u)\" != 0 && id -un";
  private static final String CAN_WRITE = "test -w \"$1\" && test -x \"$1\"";

  /// Decides for this process and this home.
  static ServerUser forHome(HomeFolder home) {
    var self = new UnixSystem();
    int uid = Math.toIntExact(self.getUid());
    int gid = Math.toIntExact(self.getGid());
    if (uid != ROOT) {
      return self.getUsername() == null
          ? inNamespace(uid, gid).orElseThrow(() -> EmbeddedPostgresException.userHasNoName(uid))
          : new ServerUser(List.of(), uid, gid);
    }
    int homeUid = attribute(home.path(), UID);
    if (homeUid != ROOT) {
      return throughSetpriv(home, homeUid, attribute(home.path(), GID));
    }
    return inNamespace(uid, gid).orElseGet(() -> throughSetpriv(home, NOBODY, NOBODY));
  }

  private static Optional<ServerUser> inNamespace(int uid, int gid) {
    List<String> unshare = List.of("unshare", "-U", "--");
    return Command.succeeds(join(unshare, List.of("sh", "-c", IS_NOT_ROOT_AND_HAS_A_NAME)))
        ? Optional.of(new ServerUser(unshare, uid, gid))
        : Optional.empty();
  }

  private static ServerUser throughSetpriv(HomeFolder home, int uid, int gid) {
    List<String> setpriv =
        List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--");
    if (!Command.succeeds(join(setpriv, List.of("true")))) {
      throw EmbeddedPostgresException.rootNotPossible(
          "neither 'unshare -U' (user namespaces) nor 'setpriv' (another user) works");
    }
    var user = new ServerUser(setpriv, uid, gid);
    user.own(home);
    String folder = home.path().toString();
    if (!Command.succeeds(join(setpriv, List.of("sh", "-c", CAN_WRITE, "sh", folder)))) {
      throw EmbeddedPostgresException.rootNotPossible(
          "user %d cannot reach %s; a home folder below one that all may enter would do"
              .formatted(uid, folder));
    }
    LOG.info("PostgreSQL runs as another user than root uid={} home={}", uid, folder);
    return user;
  }

  /// Gives what the home holds to the user as whom PostgreSQL runs, where it is not his already.
  /// The programs stay with whoever unpacked them: everybody may run them.
  void own(HomeFolder home) {
    if (uid == new UnixSystem().getUid()) {
      return;
    }
    try {
      own(home.path());
      try (var children = Files.newDirectoryStream(home.path())) {
        for (Path child : children) {
          boolean programs = Files.exists(child.resolve("bin"));
          if (!programs && attribute(child, UID) != uid) {
            ownAll(child);
          }
        }
      }
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused(
          "giving %s to user %d".formatted(home.path(), uid), e);
    }
  }

  private void ownAll(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        own(path);
      }
    }
  }

  private void own(Path path) throws IOException {
    Files.setAttribute(path, UID, uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, GID, gid, LinkOption.NOFOLLOW_LINKS);
  }

  List<String> command(List<String> command) {
    return join(prefix, command);
  }

  /// Whether programs that belong to this user may be run: they are our own, PostgreSQL's or the
  /// system's.
  boolean trusts(int owner) {
    return owner == ROOT || owner == uid || owner == new UnixSystem().getUid();
  }

  private static int attribute(Path path, String name) {
    try {
      return (int) Files.getAttribute(path, name, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw EmbeddedPostgresException.systemRefused("asking who owns " + path, e);
    }
  }

  private static List<String> join(List<String> first, List<String> second) {
    var both = new ArrayList<>(first);
    both.addAll(second);
    return List.copyOf(both);
  }
}
