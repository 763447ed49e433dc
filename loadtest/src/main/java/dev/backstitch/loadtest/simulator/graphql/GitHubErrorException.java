package dev.backstitch.loadtest.simulator.graphql;

/// Ends the reading of one field with an error of GitHub's.
final class GitHubErrorException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String type;
  private final String text;

  GitHubErrorException(String type, String message) {
    super(message, null, false, false);
    this.type = type;
    this.text = message;
  }

  String type() {
    return type;
  }

  /// The message, which is never null here.
  String text() {
    return text;
  }
}
