package dev.backstitch.activities.client;

import java.time.Duration;
import java.util.Optional;

/// What the client needs to know before its first request.
///
/// @param token empty if none is configured: then every request fails with advice
/// @param userAgent GitHub refuses requests without one
/// @param connectTimeout how long a connection may take
/// @param requestTimeout how long one request may take until its whole answer is there
/// @param maxAnswerBytes the largest answer that is read, before and after decompression
public record ClientSettings(
    Optional<Token> token,
    String userAgent,
    Duration connectTimeout,
    Duration requestTimeout,
    int maxAnswerBytes) {

  /// Without a token: 5 s to connect, 15 s for a request, 25 MB for an answer.
  public static final ClientSettings DEFAULT =
      new ClientSettings(
          Optional.empty(),
          "backstitch/0.1",
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          25 * 1024 * 1024);

  /// @throws IllegalArgumentException naming the component and its range
  public ClientSettings {
    if (!userAgent.chars().allMatch(c -> c >= ' ' && c < 0x7f) || userAgent.isBlank()) {
      throw new IllegalArgumentException(
          "github.user-agent must be visible ASCII characters, was " + userAgent);
    }
    if (!connectTimeout.isPositive() || !requestTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts must be positive, were " + connectTimeout + " and " + requestTimeout);
    }
    if (maxAnswerBytes < 1) {
      throw new IllegalArgumentException("maxAnswerBytes must be positive, was " + maxAnswerBytes);
    }
  }

  /// The same settings with a token.
  public ClientSettings withToken(Token newToken) {
    return new ClientSettings(
        Optional.of(newToken), userAgent, connectTimeout, requestTimeout, maxAnswerBytes);
  }

  /// The same settings with another user agent.
  public ClientSettings withUserAgent(String newUserAgent) {
    return new ClientSettings(token, newUserAgent, connectTimeout, requestTimeout, maxAnswerBytes);
  }

  /// The same settings with another bound on one request.
  public ClientSettings withRequestTimeout(Duration newRequestTimeout) {
    return new ClientSettings(token, userAgent, connectTimeout, newRequestTimeout, maxAnswerBytes);
  }

  /// The same settings with another bound on the size of an answer.
  public ClientSettings withMaxAnswerBytes(int newMaxAnswerBytes) {
    return new ClientSettings(token, userAgent, connectTimeout, requestTimeout, newMaxAnswerBytes);
  }
}
