package dev.backstitch.loadtest.bench;

import dev.backstitch.api.command.CommandFailedException;
import dev.backstitch.loadtest.contest.Contender;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the engines are: this house's on this process's class path, the peers in a folder of their
/// own that only the Maven profile `peers` makes.
///
/// @param folder where the peers would be
record PeerLibraries(Path folder) {
  private static final String PROPERTY = "backstitch.peers";
  private static final String OURS = System.getProperty("java.class.path", "");

  /// The folder that the launcher names, or else the one beside this build.
  static PeerLibraries find() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return new PeerLibraries(Path.of(named));
    }
    return new PeerLibraries(Path.of("loadtest", "peers", "target", "app").toAbsolutePath());
  }

  /// On which this engine is found.
  ///
  /// @throws CommandFailedException if it is a peer and the peers have not been built
  String classPath(Contender contender) {
    if (!contender.isPeer()) {
      return OURS;
    }
    Path jar = folder.resolve("peers.jar");
    if (!Files.exists(jar)) {
      throw new CommandFailedException(
          contender
              + ": the peers are not built (there is no "
              + jar
              + "); 'mvn -q -Ppeers package -DskipTests' builds them, or says why it can't");
    }
    return jar + File.pathSeparator + folder.resolve("lib") + File.separator + "*";
  }
}
