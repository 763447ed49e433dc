package dev.backstitch.loadtest.simulator.git;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;

/// A commit to be written: what changes against its parent, and who says so.
///
/// @param parent empty for a root commit
/// @param additions path to whole content; the arrays are not copied
public record CommitDraft(
    Optional<ObjectId> parent,
    Map<String, byte[]> additions,
    Set<String> deletions,
    String message,
    String authorName,
    String authorEmail,
    Instant time) {

  public CommitDraft {
    additions = new TreeMap<>(additions);
    deletions = new TreeSet<>(deletions);
  }
}
