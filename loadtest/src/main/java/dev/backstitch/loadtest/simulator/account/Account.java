package dev.backstitch.loadtest.simulator.account;

/// The owner of a quota: a user, an App or an installation of it, a repository's Actions, or
/// everybody who sends no valid token.
///
/// @param id of the user or installation
/// @param appId 0 unless an App acts
public record Account(long id, String login, Kind kind, long appId) {

  /// Who may be behind a request.
  public enum Kind {
    ANONYMOUS,
    USER,
    APP,
    INSTALLATION,
    ACTIONS
  }

  private static final long GITHUB_ACTIONS = 15_368L;

  public static final Account ANONYMOUS = new Account(0, "anonymous", Kind.ANONYMOUS, 0);

  public static Account user(long id, String login) {
    return new Account(id, login, Kind.USER, 0);
  }

  /// An App that speaks for itself: it may ask for its installations and their tokens only.
  public static Account app(long appId, String slug) {
    return new Account(appId, slug, Kind.APP, appId);
  }

  /// The Actions of a repository, by the token that their jobs get.
  public static Account actions(long repositoryId) {
    return new Account(repositoryId, "github-actions[bot]", Kind.ACTIONS, GITHUB_ACTIONS);
  }

  /// Whether an App is behind it, so that it may write check runs.
  public boolean mayCheck() {
    return kind == Kind.INSTALLATION || kind == Kind.ACTIONS;
  }

  /// An App at work for one owner of repositories.
  public static Account installation(long id, long appId, String slug) {
    return new Account(id, slug + "[bot]", Kind.INSTALLATION, appId);
  }

  public boolean anonymous() {
    return kind == Kind.ANONYMOUS;
  }
}
