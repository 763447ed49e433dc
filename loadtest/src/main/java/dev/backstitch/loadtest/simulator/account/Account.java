package dev.backstitch.loadtest.simulator.account;

/// The owner of a quota: a user, an installation of an App, a repository's Actions, or everybody
/// who sends no valid token.
///
/// @param id of the user or installation
/// @param appId 0 unless an App acts
public record Account(long id, String login, Kind kind, long appId) {

  /// Who may be behind a request.
  public enum Kind {
    ANONYMOUS,
    USER,
    INSTALLATION
  }

  public static final Account ANONYMOUS = new Account(0, "anonymous", Kind.ANONYMOUS, 0);

  public static Account user(long id, String login) {
    return new Account(id, login, Kind.USER, 0);
  }

  /// An App at work for one owner of repositories.
  public static Account installation(long id, long appId, String slug) {
    return new Account(id, slug + "[bot]", Kind.INSTALLATION, appId);
  }

  public boolean anonymous() {
    return kind == Kind.ANONYMOUS;
  }
}
