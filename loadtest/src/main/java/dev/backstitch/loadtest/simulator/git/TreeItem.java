package dev.backstitch.loadtest.simulator.git;

import org.eclipse.jgit.lib.ObjectId;

/// One entry of a tree.
///
/// @param path from the root of the commit, or the bare name where only a tree is known
/// @param mode git's file mode, for example `0100644`
public record TreeItem(String path, ObjectId id, int mode) {

  private static final int TREE_MODE = 0040000;

  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  public boolean isTree() {
    return mode == TREE_MODE;
  }
}
