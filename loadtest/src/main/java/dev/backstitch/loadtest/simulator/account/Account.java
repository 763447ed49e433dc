package dev.backstitch.loadtest.simulator.account;

/// The owner of a quota: a user, or everybody who sends no valid token.
public record Account(long id, String login, boolean anonymous) {

  public static final Account ANONYMOUS = new Account(0, "anonymous", true);

  public static Account user(long id, String login) {
    return new Account(id, login, false);
  }
}
