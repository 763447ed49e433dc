package dev.backstitch.migrations;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Finds the packed PostgreSQL programs for this machine on the classpath.
final class Platform {

  private Platform() {}

  /// Fails before anything else does: on Windows even the home's permissions have no meaning.
  static void requireSupported() {
    packedBinaries();
  }

  /// The packed programs (`.txz`) for the machine this runs on.
  static URL packedBinaries() {
    return packedBinaries(
        System.getProperty("os.name", ""),
        System.getProperty("os.arch", ""),
        Files.exists(Path.of("/etc/alpine-release")));
  }

  static URL packedBinaries(String osName, String osArch, boolean musl) {
    String machine = osName + " " + osArch;
    if (musl) {
      throw EmbeddedPostgresException.platformNotSupported(
          machine + ", Alpine", "the programs are linked against glibc");
    }
    String resource = "/postgres-" + system(osName, machine) + "-" + processor(osArch, machine);
    URL packed = Platform.class.getResource(resource + ".txz");
    if (packed == null) {
      throw EmbeddedPostgresException.platformNotSupported(
          machine,
          resource + ".txz is not on the classpath; was the application built on another machine?");
    }
    return packed;
  }

  private static String system(String osName, String machine) {
    String name = osName.toLowerCase(Locale.ROOT);
    if (name.startsWith("linux")) {
      return "linux";
    }
    if (name.startsWith("mac")) {
      return "darwin";
    }
    throw EmbeddedPostgresException.platformNotSupported(
        machine, "the operating system is unknown");
  }

  private static String processor(String osArch, String machine) {
    return switch (osArch) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "arm_64";
      default ->
          throw EmbeddedPostgresException.platformNotSupported(machine, "the processor is unknown");
    };
  }
}
