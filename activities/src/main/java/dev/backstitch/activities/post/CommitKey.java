package dev.backstitch.activities.post;

import java.util.regex.Pattern;

/// What is posted about: a commit, and under which name. As a key it is `SHA/NAME`, and the name
/// may have slashes itself.
///
/// @param sha 40 hexadecimal digits
/// @param name a status's context, or a check run's name
public record CommitKey(String sha, String name) {
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");

  /// @throws IllegalArgumentException if it can't be a commit, or the name is blank
  public CommitKey {
    if (!SHA.matcher(sha).matches() || name.isBlank()) {
      throw new IllegalArgumentException(
          "a key is SHA/NAME, with all 40 lower-case digits of the commit, was "
              + sha
              + "/"
              + name);
    }
  }

  /// Reads what [#toString] has written.
  ///
  /// @throws IllegalArgumentException if it is none
  public static CommitKey of(String key) {
    int slash = key.indexOf('/');
    return new CommitKey(
        slash < 0 ? key : key.substring(0, slash), slash < 0 ? "" : key.substring(slash + 1));
  }

  @Override
  public String toString() {
    return sha + "/" + name;
  }
}
