package dev.backstitch.loadtest.simulator.account;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The tokens that are valid. Thread-safe.
public final class Credentials {

  private record Grant(Account account, Instant until) {}

  private final SimulatorClock clock;
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();

  public Credentials(SimulatorClock clock) {
    this.clock = clock;
  }

  /// Whether a token is a fine-grained one of a user, which GitHub tells by its beginning. What
  /// only Apps may do is closed to it, reading included.
  public static boolean isFineGrained(String token) {
    return token.startsWith("github_pat_");
  }

  /// Makes a token valid for an account. Several tokens may share one account and thus its quota.
  public void add(String token, Account account) {
    grants.put(token, new Grant(account, Instant.MAX));
  }

  /// The same for a time.
  public void add(String token, Account account, Instant until) {
    grants.put(token, new Grant(account, until));
  }

  /// From now on the token is answered with 401, like an expired one.
  public void revoke(String token) {
    grants.remove(token);
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

  /// Reads an `Authorization` header as git sends it: `Basic` with a token as the password, whoever
  /// the user is.
  ///
  /// @return the token as sent, valid or not; empty when the header has another form
  public static Optional<String> password(String authorization) {
    String[] parts = authorization.split(" +", 2);
    if (parts.length < 2 || !parts[0].equalsIgnoreCase("basic")) {
      return Optional.empty();
    }
    try {
      String pair =
          new String(Base64.getDecoder().decode(parts[1].strip()), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  public Optional<Account> account(String token) {
    return Optional.ofNullable(grants.get(token))
        .filter(grant -> clock.now().isBefore(grant.until()))
        .map(Grant::account);
  }
}
