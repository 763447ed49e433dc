package dev.backstitch.activities.git;

import dev.backstitch.activities.client.Body;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.treewalk.TreeWalk;

/// Objects that a git host sent, in memory. Each is under the name that its own bytes have: what is
/// found below a commit is what that commit holds. Belongs to one thread.
final class Pack implements AutoCloseable {

  /// The largest object that is unpacked, be it small on the wire: a directory of a few ten
  /// thousand entries.
  private static final int MAX_OBJECT_BYTES = 2 * 1024 * 1024;

  private final InMemoryRepository objects;

  private Pack(InMemoryRepository objects) {
    this.objects = objects;
  }

  /// @throws IOException if it is no pack, or an object in it is too large
  static Pack read(InputStream pack) throws IOException {
    var objects = new InMemoryRepository(new DfsRepositoryDescription("fetched"));
    try (ObjectInserter inserter = objects.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(pack);
      parser.setAllowThin(false);
      parser.setMaxObjectSizeLimit(MAX_OBJECT_BYTES);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
    return new Pack(objects);
  }

  /// What a commit holds at a path.
  ///
  /// @throws IOException if the commit is not in the pack, or not all of its directories are
  GitFile file(String commitOid, String path, long maxBytes) throws IOException {
    try (ObjectReader reader = objects.newObjectReader();
        RevWalk commits = new RevWalk(reader)) {
      ObjectId tree = commits.parseCommit(ObjectId.fromString(commitOid)).getTree();
      try (TreeWalk found = TreeWalk.forPath(reader, path, tree)) {
        if (found == null || found.getFileMode(0).getObjectType() != Constants.OBJ_BLOB) {
          return new GitFile.NoFile();
        }
        ObjectId blob = found.getObjectId(0);
        if (!reader.has(blob) || reader.getObjectSize(blob, Constants.OBJ_BLOB) > maxBytes) {
          return new GitFile.Larger();
        }
        byte[] bytes = reader.open(blob, Constants.OBJ_BLOB).getCachedBytes();
        return new GitFile.Whole(blob.name(), new Body(bytes));
      }
    }
  }

  @Override
  public void close() {
    objects.close();
  }
}
