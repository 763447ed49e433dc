package dev.backstitch.orchestrator.workflow;

import java.util.regex.Pattern;

/// Something that shows states posted to it: a branch, the statuses of a repository, somebody's
/// server. Written as `kind:place`.
///
/// @param kind who delivers to it: a [PostTarget] is registered under this name
/// @param place where it is, in that one's own words; no secret, since it is shown
public record Target(String kind, String place) {
  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,39}");
  private static final int LONGEST = 400;

  /// @throws IllegalArgumentException if it can't be a target's name
  public Target {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "a kind of target is lower-case letters, digits and hyphens, at most 40, was " + kind);
    }
    if (place.isBlank() || !isNameable(kind + ":" + place)) {
      throw new IllegalArgumentException(
          "a target has at most 400 printable characters and is not blank, was " + place);
    }
  }

  /// Reads what [#toString] has written.
  ///
  /// @throws IllegalArgumentException if it is none
  public static Target of(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a target is kind:place, was " + text);
    }
    return new Target(text.substring(0, colon), text.substring(colon + 1));
  }

  /// Whether it is short enough and has nothing in it that a text column can't hold.
  public static boolean isNameable(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST
        && text.codePoints()
            .noneMatch(point ->
                Character.isISOControl(point)
                    || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
  }

  @Override
  public String toString() {
    return kind + ":" + place;
  }
}
