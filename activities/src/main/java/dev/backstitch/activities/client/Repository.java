package dev.backstitch.activities.client;

import java.util.regex.Pattern;

/// A repository and the API that serves it.
///
/// @param api where to ask
/// @param owner a user or an organization
/// @param name without the owner
public record Repository(ApiUrl api, String owner, String name) {
  private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /// @throws IllegalArgumentException if owner or name can't be GitHub's
  public Repository {
    if (!isName(owner + "/" + name)) {
      throw new IllegalArgumentException(
          "a repository is OWNER/NAME, such as git-mastery/progress, was " + owner + "/" + name);
    }
  }

  /// Splits `owner/name`.
  ///
  /// @throws IllegalArgumentException if it has another form
  public static Repository of(ApiUrl api, String nameWithOwner) {
    int slash = nameWithOwner.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "a repository is OWNER/NAME, such as git-mastery/progress, was " + nameWithOwner);
    }
    return new Repository(
        api, nameWithOwner.substring(0, slash), nameWithOwner.substring(slash + 1));
  }

  /// Whether a text has the form `owner/name` in characters that GitHub allows.
  public static boolean isName(String nameWithOwner) {
    int slash = nameWithOwner.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String name = nameWithOwner.substring(slash + 1);
    return OWNER.matcher(nameWithOwner.substring(0, slash)).matches()
        && NAME.matcher(name).matches()
        && !name.equals(".")
        && !name.equals("..");
  }

  /// `owner/name`.
  public String nameWithOwner() {
    return owner + "/" + name;
  }

  /// The REST path of this repository, such as `/repos/git-mastery/progress`.
  public String restPath() {
    return "/repos/" + owner + "/" + name;
  }

  @Override
  public String toString() {
    return nameWithOwner();
  }
}
