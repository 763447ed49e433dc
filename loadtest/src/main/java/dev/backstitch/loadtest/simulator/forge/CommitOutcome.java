package dev.backstitch.loadtest.simulator.forge;

import dev.backstitch.loadtest.simulator.git.GitCommit;
import org.eclipse.jgit.lib.ObjectId;

/// What became of a [BranchCommit].
public sealed interface CommitOutcome {

  record Committed(GitCommit commit) implements CommitOutcome {}

  /// The branch stood elsewhere.
  record Stale(ObjectId actualHead) implements CommitOutcome {}

  record NoSuchBranch(String branch) implements CommitOutcome {}

  record Protected(Protection protection) implements CommitOutcome {}

  /// A deletion named a file that does not exist.
  record NothingToDelete(String path) implements CommitOutcome {}
}
