package dev.backstitch.orchestrator.workflow;

import dev.backstitch.orchestrator.run.RunId;
import java.util.Comparator;

/// The place in a history that recorded a post. A later run's is newer than an earlier one's, and
/// within a run the later event's.
///
/// @param seq the number of the event
public record PostVersion(RunId runId, int seq) implements Comparable<PostVersion> {
  private static final Comparator<PostVersion> ORDER =
      Comparator.<PostVersion>comparingLong(version -> version.runId().value())
          .thenComparingInt(PostVersion::seq);

  @Override
  public int compareTo(PostVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return runId + "/" + seq;
  }
}
