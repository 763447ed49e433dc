package dev.backstitch.loadtest.simulator.account;

/// How large the owner is for whom an App is installed: the quota of the installation grows with
/// it.
///
/// @param repositories that the installation reaches, 0 or more
/// @param users of the owner, 0 or more
/// @param enterprise whether the owner is on GitHub Enterprise Cloud, which has a limit of its own
public record InstallationSize(int repositories, int users, boolean enterprise) {

  /// One that is granted what everybody is.
  public static final InstallationSize SMALL = new InstallationSize(1, 1, false);

  public InstallationSize {
    if (repositories < 0 || users < 0) {
      throw new IllegalArgumentException(
          "repositories and users are 0 or more, not %d and %d".formatted(repositories, users));
    }
  }
}
