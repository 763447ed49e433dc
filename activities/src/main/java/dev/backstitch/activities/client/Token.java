package dev.backstitch.activities.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// A secret that proves who we are. Its value leaves this class only as a request header.
public final class Token {
  private static final String MASK = "***";
  private static final int FINGERPRINT_BYTES = 4;

  private final String value;

  private Token(String value) {
    this.value = value;
  }

  /// Wraps a token; white space around it is taken off.
  ///
  /// @throws IllegalArgumentException if it can't be sent in a header; the message does not show it
  public static Token of(String value) {
    String trimmed = value.strip();
    if (trimmed.isEmpty() || !trimmed.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "github.token (GITHUB_TOKEN) must be one word of visible ASCII characters");
    }
    return new Token(trimmed);
  }

  /// A name for it that does not give it away.
  public String fingerprint() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
      return "token-" + HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  String authorization() {
    return "Bearer " + value;
  }

  /// As git sends it: the password of a user who is named by what it is
  /// (https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation).
  String basicAuthorization() {
    return "Basic " + pair();
  }

  private String pair() {
    return Base64.getEncoder()
        .encodeToString(("x-access-token:" + value).getBytes(StandardCharsets.US_ASCII));
  }

  /// Takes the token out of a text that came from outside, should a server ever echo it in one of
  /// the forms in which it is sent.
  public String maskedIn(String text) {
    return text.replace(value, MASK).replace(pair(), MASK);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
