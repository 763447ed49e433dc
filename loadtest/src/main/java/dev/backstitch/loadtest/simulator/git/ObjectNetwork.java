package dev.backstitch.loadtest.simulator.git;

import dev.backstitch.activities.git.HermeticSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.treewalk.TreeWalk;

/// A bare repository: objects are read and written, refs are moved from an expected value only.
///
/// Thread-safe: JGit opens a reader or an inserter per call, and ref updates lock the ref.
public final class ObjectNetwork implements AutoCloseable {

  /// How many commits a walk visits at most; far above any history the simulator builds.
  public static final int MAX_WALK = 100_000;

  /// From how many blobs and commits on they are written as one pack. Fewer become files of their
  /// own: every pack makes looking up an object in all of them a little slower.
  private static final int MANY = 50;

  private final FileRepository repository;

  private ObjectNetwork(FileRepository repository) {
    this.repository = repository;
  }

  /// Makes a new bare repository.
  ///
  /// @param directory must not exist or be empty
  public static ObjectNetwork create(Path directory, String defaultBranch) {
    HermeticSystem.install();
    try {
      var repository = new FileRepository(directory.toFile());
      repository.create(true);
      repository.updateRef(Constants.HEAD).link(Constants.R_HEADS + defaultBranch);
      return new ObjectNetwork(repository);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a git repository in " + directory, e);
    }
  }

  FileRepository repository() {
    return repository;
  }

  public Path directory() {
    return repository.getDirectory().toPath();
  }

  /// Writes commits, each with its trees and blobs, in the order given.
  public List<ObjectId> commit(List<CommitDraft> drafts) {
    // One pack for many objects: a file per object would take a second for a class of students.
    boolean many = drafts.stream().mapToInt(draft -> draft.additions().size() + 1).sum() >= MANY;
    try (ObjectInserter inserter =
            many
                ? repository.getObjectDatabase().newPackInserter()
                : repository.newObjectInserter();
        ObjectReader reader = inserter.newReader()) {
      var ids = new ArrayList<ObjectId>(drafts.size());
      for (CommitDraft draft : drafts) {
        ids.add(write(draft, inserter, reader));
      }
      inserter.flush();
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ObjectId commit(CommitDraft draft) {
    return commit(List.of(draft)).getFirst();
  }

  private static ObjectId write(CommitDraft draft, ObjectInserter inserter, ObjectReader reader)
      throws IOException {
    DirCache index = DirCache.newInCore();
    if (draft.parent().isPresent()) {
      RevCommit parent = new RevWalk(reader).parseCommit(draft.parent().get());
      index = DirCache.read(reader, parent.getTree());
    }
    DirCacheEditor editor = index.editor();
    for (String path : draft.deletions()) {
      editor.add(new DirCacheEditor.DeletePath(path));
    }
    for (Map.Entry<String, byte[]> addition : draft.additions().entrySet()) {
      ObjectId blob = inserter.insert(Constants.OBJ_BLOB, addition.getValue());
      editor.add(
          new DirCacheEditor.PathEdit(addition.getKey()) {
            @Override
            public void apply(DirCacheEntry entry) {
              entry.setFileMode(FileMode.REGULAR_FILE);
              entry.setObjectId(blob);
            }
          });
    }
    editor.finish();

    var person =
        new PersonIdent(draft.authorName(), draft.authorEmail(), draft.time(), ZoneOffset.UTC);
    var commit = new CommitBuilder();
    commit.setTreeId(index.writeTree(inserter));
    draft.parent().ifPresent(commit::setParentId);
    commit.setAuthor(person);
    commit.setCommitter(person);
    commit.setMessage(draft.message());
    return inserter.insert(commit);
  }

  /// The object a ref of the base repository points to.
  ///
  /// @param name in full, for example `refs/heads/main`
  public Optional<ObjectId> ref(String name) {
    try {
      Ref ref = repository.exactRef(name);
      return Optional.ofNullable(ref).map(Ref::getObjectId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All refs of the base repository whose full names begin so.
  public SortedMap<String, ObjectId> refs(String prefix) {
    try {
      var refs = new TreeMap<String, ObjectId>();
      for (Ref ref : repository.getRefDatabase().getRefsByPrefix(prefix)) {
        refs.put(ref.getName(), ref.getObjectId());
      }
      return refs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Moves a ref if it still stands where the caller believes.
  ///
  /// @param expected empty when the ref must not exist yet
  /// @return whether it was moved
  public boolean moveRef(String name, Optional<ObjectId> expected, ObjectId to) {
    try {
      RefUpdate update = repository.updateRef(name);
      update.setExpectedOldObjectId(expected.orElse(ObjectId.zeroId()));
      update.setNewObjectId(to);
      update.disableRefLog();
      return switch (update.forceUpdate()) {
        case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> true;
        case LOCK_FAILURE -> false;
        case RefUpdate.Result other ->
            throw new IllegalStateException("Moving " + name + " to " + to.name() + ": " + other);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes many new refs at once.
  public void createRefs(Map<String, ObjectId> refs) {
    BatchRefUpdate batch = repository.getRefDatabase().newBatchUpdate();
    refs.forEach((name, id) -> batch.addCommand(new ReceiveCommand(ObjectId.zeroId(), id, name)));
    try (var walk = new RevWalk(repository)) {
      batch.disableRefLog();
      batch.execute(walk, NullProgressMonitor.INSTANCE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (ReceiveCommand command : batch.getCommands()) {
      if (command.getResult() != ReceiveCommand.Result.OK) {
        throw new IllegalStateException("Cannot make the ref: " + command);
      }
    }
  }

  /// A commit; empty when there is no such object or it is no commit.
  public Optional<GitCommit> commit(ObjectId id) {
    try (var walk = new RevWalk(repository)) {
      return Optional.of(read(walk.parseCommit(id)));
    } catch (MissingObjectException | IncorrectObjectTypeException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether a commit is another one or has it among its ancestors.
  public boolean follows(ObjectId later, ObjectId earlier) {
    try (var walk = new RevWalk(repository)) {
      return walk.isMergedInto(walk.parseCommit(earlier), walk.parseCommit(later));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Commits from the tip backwards, newest first, without those reachable from `excluded`.
  ///
  /// @param atMost how many are wanted; never more than [#MAX_WALK] come
  public List<GitCommit> history(ObjectId tip, List<ObjectId> excluded, int atMost) {
    try (var walk = new RevWalk(repository)) {
      walk.markStart(walk.parseCommit(tip));
      for (ObjectId id : excluded) {
        walk.markUninteresting(walk.parseCommit(id));
      }
      int limit = Math.min(atMost, MAX_WALK);
      var commits = new ArrayList<GitCommit>();
      for (RevCommit next = walk.next(); next != null && commits.size() < limit; ) {
        commits.add(read(next));
        next = walk.next();
      }
      return commits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GitCommit read(RevCommit commit) {
    PersonIdent author = commit.getAuthorIdent();
    return new GitCommit(
        commit.copy(),
        commit.getTree().copy(),
        List.of(commit.getParents()).stream().map(RevCommit::copy).toList(),
        commit.getFullMessage(),
        author.getName(),
        author.getEmailAddress(),
        author.getWhenAsInstant());
  }

  /// What stands at a path of a tree; the root itself for the empty path.
  public Optional<TreeItem> item(ObjectId tree, String path) {
    if (path.isEmpty()) {
      return Optional.of(new TreeItem("", tree, FileMode.TREE.getBits()));
    }
    try (TreeWalk walk = TreeWalk.forPath(repository, path, tree)) {
      return walk == null
          ? Optional.empty()
          : Optional.of(new TreeItem(path, walk.getObjectId(0), walk.getRawMode(0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The direct entries of a tree, with their bare names.
  public List<TreeItem> items(ObjectId tree) {
    return walk(tree, false);
  }

  /// Everything below a tree, folders before what is in them, by path.
  ///
  /// @param atMost so many of them
  public List<TreeItem> allItems(ObjectId tree, int atMost) {
    try (var walk = new TreeWalk(repository)) {
      walk.addTree(tree);
      var items = new ArrayList<TreeItem>();
      while (items.size() < atMost && walk.next()) {
        items.add(new TreeItem(walk.getPathString(), walk.getObjectId(0), walk.getRawMode(0)));
        if (walk.isSubtree()) {
          walk.enterSubtree();
        }
      }
      return items;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<TreeItem> walk(ObjectId tree, boolean recursive) {
    try (var walk = new TreeWalk(repository)) {
      walk.addTree(tree);
      walk.setRecursive(recursive);
      var items = new ArrayList<TreeItem>();
      while (walk.next()) {
        items.add(new TreeItem(walk.getPathString(), walk.getObjectId(0), walk.getRawMode(0)));
      }
      return items;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every file below a tree, by path.
  public SortedMap<String, byte[]> files(ObjectId tree) {
    var files = new TreeMap<String, byte[]>();
    for (TreeItem item : walk(tree, true)) {
      files.put(item.path(), blob(item.id()).orElseThrow());
    }
    return files;
  }

  /// Every file of a tree with the id of its content.
  public SortedMap<String, ObjectId> fileIds(ObjectId tree) {
    var files = new TreeMap<String, ObjectId>();
    walk(tree, true).forEach(item -> files.put(item.path(), item.id()));
    return files;
  }

  /// A blob's content; empty when there is no such object or it is no blob.
  public Optional<byte[]> blob(ObjectId id) {
    return open(id)
        .filter(loader -> loader.getType() == Constants.OBJ_BLOB)
        .map(loader -> loader.getCachedBytes());
  }

  /// The id of a blob with this content, wherever it is.
  public static ObjectId idOfBlob(byte[] content) {
    try (var formatter = new ObjectInserter.Formatter()) {
      return formatter.idFor(Constants.OBJ_BLOB, content);
    }
  }

  /// The kind of an object as git names it: `blob`, `tree`, `commit` or `tag`.
  public Optional<String> type(ObjectId id) {
    return open(id).map(loader -> Constants.typeString(loader.getType()));
  }

  private Optional<ObjectLoader> open(ObjectId id) {
    try {
      return Optional.of(repository.open(id));
    } catch (MissingObjectException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    repository.close();
  }
}
