package dev.backstitch.loadtest.simulator.world;

import java.util.List;
import java.util.Optional;

/// One line of a student's `progress.json`: one attempt at one exercise.
///
/// @param startedAt epoch seconds with microseconds, as Python prints the float
/// @param completedAt the same, or empty for JSON's null
record Attempt(
    String exercise,
    Optional<String> startedAt,
    Optional<String> completedAt,
    List<String> comments,
    String status) {

  Attempt {
    comments = List.copyOf(comments);
  }
}
