package dev.backstitch.activities.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Who we are to GitHub. Thread-safe.
public interface Credentials {

  /// The token to send.
  ///
  /// @param home the repository on whose behalf a request is sent, wherever it goes; null if nobody
  ///   said
  /// @param purpose for messages
  /// @throws GitHubException if there is none
  Token token(@Nullable Repository home, String purpose) throws InterruptedException;

  /// What to send after the server has refused a token: the same again if there is no better one,
  /// and then it is not sent again.
  ///
  /// @param refused what was sent
  /// @param serverTime the server's clock when it refused
  /// @param home as in [#token]
  /// @param purpose as in [#token]
  /// @throws GitHubException if there should be another one, but it can't be had
  Token renewed(Token refused, Instant serverTime, @Nullable Repository home, String purpose)
      throws InterruptedException;

  /// Takes secrets out of a text that came from outside, should a server ever echo them.
  String masked(String text);

  /// What a person can do when a token is refused.
  String advice();
}
