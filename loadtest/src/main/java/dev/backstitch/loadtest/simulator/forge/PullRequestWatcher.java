package dev.backstitch.loadtest.simulator.forge;

import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// Told of what happens to pull requests, in the order in which it happens.
@FunctionalInterface
public interface PullRequestWatcher {

  /// Must not wait: whoever did it does.
  ///
  /// @param action in GitHub's words: `opened`, `synchronize`, `closed` or `reopened`
  /// @param before where the head was, if it has moved
  /// @param now as it is behind the change
  void happened(String action, Optional<ObjectId> before, PullRequest now);
}
