package dev.backstitch.activities.tracker;

/// Where things are on the branch.
final class TrackerFiles {
  static final String USER_MAP = "user_map.json";
  static final String HASHES = "latest_sync_hashes.json";
  static final String STUDENTS = "students";
  static final String SUFFIX = ".json";

  private TrackerFiles() {}

  static String studentPath(String userId) {
    return STUDENTS + "/" + userId + SUFFIX;
  }
}
