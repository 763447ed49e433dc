package dev.backstitch.activities.git;

import dev.backstitch.activities.client.Body;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
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
  static final int MAX_OBJECT_BYTES = 2 * 1024 * 1024;

  private final InMemoryRepository objects;
  private final boolean filtered;

  private Pack(InMemoryRepository objects, boolean filtered) {
    this.objects = objects;
    this.filtered = filtered;
  }

  /// @param filtered whether files that are too large were left out
  /// @throws TooLargeObjectInPackException if an object has more than [#MAX_OBJECT_BYTES]
  /// @throws IOException if it is no pack
  static Pack read(InputStream pack, boolean filtered) throws IOException {
    var objects = new InMemoryRepository(new DfsRepositoryDescription("fetched"));
    try (ObjectInserter inserter = objects.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(pack);
      parser.setAllowThin(false);
      parser.setMaxObjectSizeLimit(MAX_OBJECT_BYTES);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
    return new Pack(objects, filtered);
  }

  /// What a commit holds at a path.
  ///
  /// @throws IOException if the commit is not in the pack, or what leads to the file is not
  GitFile file(String commitOid, String path, long maxBytes) throws IOException {
    try (ObjectReader reader = objects.newObjectReader();
        RevWalk commits = new RevWalk(reader)) {
      ObjectId tree = commits.parseCommit(ObjectId.fromString(commitOid)).getTree();
      try (TreeWalk found = TreeWalk.forPath(reader, path, tree)) {
        if (found == null || found.getFileMode(0).getObjectType() != Constants.OBJ_BLOB) {
          return new GitFile.NoFile();
        }
        ObjectId blob = found.getObjectId(0);
        if (filtered && !reader.has(blob)) {
          return new GitFile.Larger(null);
        }
        long size = reader.getObjectSize(blob, Constants.OBJ_BLOB);
        if (size > maxBytes) {
          return new GitFile.Larger(size);
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
