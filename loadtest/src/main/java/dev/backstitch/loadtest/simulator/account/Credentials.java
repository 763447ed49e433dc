package dev.backstitch.loadtest.simulator.account;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The tokens that are valid. Thread-safe.
public final class Credentials {

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();

  /// Makes a token valid for an account. Several tokens may share one account and thus its quota.
  public void add(String token, Account account) {
    accounts.put(token, account);
  }

  /// From now on the token is answered with 401, like an expired one.
  public void revoke(String token) {
    accounts.remove(token);
  }

  /// Reads an `Authorization` header: `Bearer TOKEN` or `token TOKEN`.
  ///
  /// @return the token as sent, valid or not; empty when the header has another form
  public static Optional<String> token(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0) {
      return Optional.empty();
    }
    String scheme = authorization.substring(0, space).toLowerCase(Locale.ROOT);
    return scheme.equals("bearer") || scheme.equals("token")
        ? Optional.of(authorization.substring(space + 1).strip())
        : Optional.empty();
  }

  public Optional<Account> account(String token) {
    return Optional.ofNullable(accounts.get(token));
  }
}
