package dev.backstitch.loadtest.simulator.forge;

import java.time.Instant;
import java.util.Locale;

/// A repository: the base, or a fork of it.
public record Repository(
    long id, User owner, String name, boolean fork, String defaultBranch, Instant createdAt) {

  public String nameWithOwner() {
    return owner.login() + "/" + name;
  }

  Repository named(String newName) {
    return new Repository(id, owner, newName, fork, defaultBranch, createdAt);
  }

  /// Names are found without regard to case, as on GitHub.
  static String key(String owner, String name) {
    return (owner + "/" + name).toLowerCase(Locale.ROOT);
  }
}
