package dev.backstitch.activities.sync;

import org.jspecify.annotations.Nullable;

/// The pull request that counts for a student.
///
/// @param userId the student, for ever
/// @param login the student's name of today
/// @param headRepository `owner/name` of the fork, null if it is deleted
record StudentHead(
    String userId, String login, int number, String headOid, @Nullable String headRepository) {

  /// The same pull request at another commit.
  StudentHead at(String otherOid) {
    return new StudentHead(userId, login, number, otherOid, headRepository);
  }
}
