package dev.backstitch.activities.client;

/// A secret that proves who we are. Its value leaves this class only as a request header.
public final class Token {
  private static final String MASK = "***";

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

  String authorization() {
    return "Bearer " + value;
  }

  /// Takes the token out of a text that came from outside, should a server ever echo it.
  String maskedIn(String text) {
    return text.replace(value, MASK);
  }

  @Override
  public String toString() {
    return MASK;
  }
}
