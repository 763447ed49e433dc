package dev.backstitch.loadtest.simulator.graphql;

import dev.backstitch.loadtest.simulator.forge.Repository;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.TreeItem;
import org.eclipse.jgit.lib.ObjectId;

/// Things that belong to a repository: each knows which one, because the same object of the network
/// can be reached through several.
sealed interface RepositoryNode {

  Repository repository();

  /// `Ref`; the name is in full.
  record RefNode(Repository repository, String name, ObjectId target) implements RepositoryNode {}

  /// The GraphQL interface `GitObject`.
  sealed interface ObjectNode extends RepositoryNode {
    ObjectId id();
  }

  record CommitNode(Repository repository, GitCommit commit) implements ObjectNode {
    @Override
    public ObjectId id() {
      return commit.id();
    }
  }

  record TreeNode(Repository repository, ObjectId id) implements ObjectNode {}

  record BlobNode(Repository repository, ObjectId id, BlobContent content) implements ObjectNode {}

  /// `TreeEntry`.
  record EntryNode(Repository repository, TreeItem item) implements RepositoryNode {}
}
