package dev.backstitch.activities.app;

import dev.backstitch.activities.client.Credentials;
import dev.backstitch.activities.client.Repository;
import dev.backstitch.activities.client.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The App itself, which speaks by JSON Web Tokens (JWT) that it signs
/// (https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
/// Thread-safe.
public final class AppIdentity implements Credentials {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.]{1,40}");
  private static final Pattern JWT =
      Pattern.compile("eyJ[A-Za-z0-9_-]+\\.eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  /// GitHub advises to date a JWT back, and takes none that lives for more than ten minutes.
  private static final Duration DATED_BACK = Duration.ofSeconds(60);

  private static final Duration LIFE = Duration.ofMinutes(9);
  private static final Duration TOLERATED_SKEW = Duration.ofSeconds(30);
  private static final String HEAD = encoded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}");

  private final String appId;
  private final AppKey key;
  private final InstantSource clock;

  /// How far the server's clock is from ours, as far as that mattered.
  private volatile Duration skew = Duration.ZERO;

  /// @param appId the App's number or client id
  /// @throws IllegalArgumentException if it can't be one
  public AppIdentity(String appId, AppKey key, InstantSource clock) {
    if (!ID.matcher(appId).matches()) {
      throw new IllegalArgumentException(
          "BST-APP-006: github.app-id must be the App's number or client id, was " + appId);
    }
    this.appId = appId;
    this.key = key;
    this.clock = clock;
  }

  /// The App's number or client id.
  String appId() {
    return appId;
  }

  @Override
  public Token token(@Nullable Repository home, String purpose) {
    return jwt(clock.instant().plus(skew));
  }

  /// A JWT that was dated by a wrong clock is signed once more by the server's.
  @Override
  public Token renewed(
      Token refused, Instant serverTime, @Nullable Repository home, String purpose) {
    Duration found = Duration.between(clock.instant(), serverTime);
    if (found.minus(skew).abs().compareTo(TOLERATED_SKEW) <= 0) {
      return refused;
    }
    skew = found;
    return jwt(serverTime);
  }

  private Token jwt(Instant now) {
    long issued = now.minus(DATED_BACK).getEpochSecond();
    long until = now.plus(LIFE).getEpochSecond();
    String signed =
        HEAD
            + "."
            + encoded("{\"iat\":%d,\"exp\":%d,\"iss\":\"%s\"}".formatted(issued, until, appId));
    return Token.of(signed + "." + encoded(key.sign(signed)));
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String masked(String text) {
    return JWT.matcher(text).replaceAll("***");
  }

  @Override
  public String advice() {
    return "GitHub does not know the App by its signature. Check that BACKSTITCH_GITHUB_APP_ID is the"
        + " App's, that BACKSTITCH_GITHUB_APP_PRIVATE_KEY_FILE holds a key of it that was not"
        + " deleted, and the clock of this machine, and start again.";
  }

  @Override
  public String toString() {
    return "app " + appId;
  }
}
