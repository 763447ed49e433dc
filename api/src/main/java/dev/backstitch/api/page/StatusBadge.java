package dev.backstitch.api.page;

import dev.backstitch.orchestrator.run.RunStatus;

/// How a status is shown: a word and a sign, never a colour alone.
///
/// @param style the class that colours it
public record StatusBadge(String word, String sign, String style) {

  /// The badge of a status.
  public static StatusBadge of(RunStatus status) {
    return switch (status) {
      case RUNNING -> new StatusBadge("Running", "●", "running");
      case STUCK -> new StatusBadge("Stuck", "!", "stuck");
      case COMPLETED -> new StatusBadge("Completed", "✓", "completed");
      case FAILED -> new StatusBadge("Failed", "✕", "failed");
      case CANCELLED -> new StatusBadge("Cancelled", "⊘", "cancelled");
      case TERMINATED -> new StatusBadge("Terminated", "■", "terminated");
    };
  }
}
