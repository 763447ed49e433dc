package dev.backstitch.activities.client;

import dev.backstitch.activities.client.Problem.Kind;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One token for everything: somebody's own, or that of a job of GitHub Actions.
///
/// @param token without one, every request fails with advice
public record OneToken(Optional<Token> token) implements Credentials {

  @Override
  public Token token(@Nullable Repository home, String purpose) {
    return token.orElseThrow(() ->
        new GitHubException(
            Problem.of(
                Kind.MISSING_TOKEN,
                "Can't "
                    + purpose
                    + " without a token: set the environment variable GITHUB_TOKEN and start"
                    + " again.")));
  }

  @Override
  public Token renewed(
      Token refused, Instant serverTime, @Nullable Repository home, String purpose) {
    return refused;
  }

  @Override
  public String masked(String text) {
    return token.map(secret -> secret.maskedIn(text)).orElse(text);
  }

  @Override
  public String advice() {
    return "the token is wrong, expired or revoked. Set GITHUB_TOKEN to a valid one and start"
        + " again.";
  }
}
