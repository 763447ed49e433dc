package dev.backstitch.activities.tracker;

import dev.backstitch.orchestrator.InvalidRequestException;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where things are on the branch.
///
/// @param students the folder of the students' files, each named by the user id, `students` unless
///   given
/// @param userMap the file that has the login of every student, `user_map.json` unless given
/// @param hashes the file that has the commit every student was last synced at,
///   `latest_sync_hashes.json` unless given
public record Layout(String students, String userMap, String hashes) {

  private static final String SUFFIX = ".json";

  /// Narrow on purpose: paths are part of a GraphQL document.
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

  private static final int MAX_PATH_CHARS = 200;

  /// The layout of git-mastery/progress, which dashboards read.
  public static final Layout GIT_MASTERY = new Layout(null, null, null);

  /// Puts the defaults in.
  ///
  /// @throws InvalidRequestException naming the field and what is allowed
  public Layout(@Nullable String students, @Nullable String userMap, @Nullable String hashes) {
    this.students = checked("students", students == null ? "students" : students);
    this.userMap = checked("userMap", userMap == null ? "user_map.json" : userMap);
    this.hashes = checked("hashes", hashes == null ? "latest_sync_hashes.json" : hashes);
    if (Stream.of(this.students, this.userMap, this.hashes).distinct().count() < 3) {
      throw new InvalidRequestException("input.layout", "layout must name three different paths");
    }
    requireOutside("userMap", this.userMap);
    requireOutside("hashes", this.hashes);
  }

  /// The file of a student.
  String studentPath(String userId) {
    return students + "/" + userId + SUFFIX;
  }

  /// Whether a name in the folder is that of a student's file.
  static boolean isStudentFile(String name) {
    return name.endsWith(SUFFIX);
  }

  /// The user id in the name of a student's file.
  static String userIdOf(String name) {
    return name.substring(0, name.length() - SUFFIX.length());
  }

  private void requireOutside(String field, String path) {
    if (path.startsWith(students + "/")) {
      throw new InvalidRequestException(
          "input.layout." + field,
          "layout." + field + " must not be in the folder of the students' files, " + students);
    }
  }

  private static String checked(String field, String path) {
    boolean plain =
        path.length() <= MAX_PATH_CHARS
            && PATH.matcher(path).matches()
            && Arrays.stream(path.split("/", -1)).noneMatch(Set.of(".", "..")::contains);
    if (!plain) {
      throw new InvalidRequestException(
          "input.layout." + field,
          "layout."
              + field
              + " must be a path of letters, digits, '.', '_', '-' and '/', such as"
              + " data/students, of at most "
              + MAX_PATH_CHARS
              + " characters");
    }
    return path;
  }
}
