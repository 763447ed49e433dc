package dev.backstitch.api.server;

import java.util.Optional;

/// What this build calls itself.
public final class Version {
  private Version() {}

  /// The version in the jar's manifest; `dev` when run from classes.
  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("dev");
  }
}
