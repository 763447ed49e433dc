package dev.backstitch.loadtest.contest;

/// Where an engine works.
///
/// @param jdbcUrl of a database that is its own, on the server that all share
/// @param folder for its files; its own, and gone with the contest
public record Ground(String jdbcUrl, String user, String password, String folder) {

  /// Without the password.
  @Override
  public String toString() {
    return jdbcUrl + " as " + user;
  }
}
