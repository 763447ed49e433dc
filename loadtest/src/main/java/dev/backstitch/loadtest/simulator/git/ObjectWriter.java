package dev.backstitch.loadtest.simulator.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.treewalk.TreeWalk;

/// Writes single objects, as the git data API does: no ref knows of them yet. Thread-safe.
public final class ObjectWriter {

  private final ObjectNetwork objects;

  public ObjectWriter(ObjectNetwork objects) {
    this.objects = objects;
  }

  /// How a tree differs from another one at a path.
  public sealed interface Change {

    /// From the root, without a slash in front.
    String path();

    /// There is this file.
    record File(String path, int mode, ObjectId blob) implements Change {}

    /// There is this tree.
    record Tree(String path, ObjectId tree) implements Change {}

    /// There is nothing any more.
    record Deletion(String path) implements Change {}
  }

  /// Who made a commit, and when.
  public record Person(String name, String email, Instant time) {
    private PersonIdent identity() {
      return new PersonIdent(name, email, time, ZoneOffset.UTC);
    }
  }

  /// A commit of a tree that is there.
  public record Commit(
      ObjectId tree, List<ObjectId> parents, String message, Person author, Person committer) {
    public Commit {
      parents = List.copyOf(parents);
    }
  }

  /// Whether git takes a path: no component may be empty, `.`, `..` or `.git`.
  public static boolean accepts(String path) {
    try {
      new ObjectChecker().checkPath(path);
      return true;
    } catch (CorruptObjectException refused) {
      return false;
    }
  }

  public ObjectId blob(byte[] content) {
    return insert((inserter, _) -> inserter.insert(Constants.OBJ_BLOB, content));
  }

  /// Writes a tree.
  ///
  /// @param base what is changed; empty for nothing
  public ObjectId tree(Optional<ObjectId> base, List<Change> changes) {
    return insert((inserter, reader) -> {
      DirCache index = base.isPresent() ? DirCache.read(reader, base.get()) : DirCache.newInCore();
      DirCacheEditor editor = index.editor();
      for (Change change : changes) {
        switch (change) {
          case Change.File(String path, int mode, ObjectId blob) ->
              editor.add(file(path, mode, blob));
          case Change.Tree(String path, ObjectId tree) -> addTree(editor, reader, path, tree);
          case Change.Deletion(String path) -> {
            editor.add(new DirCacheEditor.DeletePath(path));
            editor.add(new DirCacheEditor.DeleteTree(path));
          }
        }
      }
      editor.finish();
      return index.writeTree(inserter);
    });
  }

  private static void addTree(
      DirCacheEditor editor, ObjectReader reader, String path, ObjectId tree) throws IOException {
    editor.add(new DirCacheEditor.DeleteTree(path));
    try (var walk = new TreeWalk(reader)) {
      walk.addTree(tree);
      walk.setRecursive(true);
      while (walk.next()) {
        editor.add(
            file(path + "/" + walk.getPathString(), walk.getRawMode(0), walk.getObjectId(0)));
      }
    }
  }

  private static DirCacheEditor.PathEdit file(String path, int mode, ObjectId blob) {
    return new DirCacheEditor.PathEdit(path) {
      @Override
      public void apply(DirCacheEntry entry) {
        entry.setFileMode(FileMode.fromBits(mode));
        entry.setObjectId(blob);
      }
    };
  }

  public ObjectId commit(Commit wanted) {
    return insert((inserter, _) -> {
      var commit = new CommitBuilder();
      commit.setTreeId(wanted.tree());
      commit.setParentIds(wanted.parents());
      commit.setAuthor(wanted.author().identity());
      commit.setCommitter(wanted.committer().identity());
      commit.setMessage(wanted.message());
      return inserter.insert(commit);
    });
  }

  private interface Insertion {
    ObjectId write(ObjectInserter inserter, ObjectReader reader) throws IOException;
  }

  private ObjectId insert(Insertion insertion) {
    try (ObjectInserter inserter = objects.repository().newObjectInserter();
        ObjectReader reader = inserter.newReader()) {
      ObjectId id = insertion.write(inserter, reader);
      inserter.flush();
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
