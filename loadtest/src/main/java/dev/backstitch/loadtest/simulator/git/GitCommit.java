package dev.backstitch.loadtest.simulator.git;

import java.time.Instant;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;

/// A commit as git stores it. The time has whole seconds.
public record GitCommit(
    ObjectId id,
    ObjectId tree,
    List<ObjectId> parents,
    String message,
    String authorName,
    String authorEmail,
    Instant time) {

  public GitCommit {
    parents = List.copyOf(parents);
  }

  public String headline() {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /// What follows the headline and its blank line.
  public String messageBody() {
    int end = message.indexOf("\n\n");
    return end < 0 ? "" : message.substring(end + 2);
  }
}
