package dev.backstitch.loadtest.simulator.world;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.forge.BranchCommit;
import dev.backstitch.loadtest.simulator.forge.CommitOutcome;
import dev.backstitch.loadtest.simulator.forge.Forge;
import dev.backstitch.loadtest.simulator.forge.Protection;
import dev.backstitch.loadtest.simulator.forge.PullRequest;
import dev.backstitch.loadtest.simulator.forge.User;
import dev.backstitch.loadtest.simulator.git.CommitDraft;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// A class of students, their pull requests, and the tracker branch. Thread-safe: it may change
/// while a sync runs.
///
/// Every change is decided by the plan's seed and the order of the calls.
public final class SyncWorld implements AutoCloseable {

  /// The branch that collects the students' files.
  public static final String TRACKER = "tracker";

  /// The branch the pull requests are opened against.
  public static final String MAIN = "main";

  private final Forge forge;
  private final SimulatorClock clock;
  private final Random random;
  private final TrackerOracle oracle;
  private final ObjectId firstTrackerHead;
  private final Map<Integer, ProgressFile> files;
  private final SortedMap<String, byte[]> foreignFiles = new TreeMap<>();

  SyncWorld(
      Forge forge, SimulatorClock clock, WorldPlan plan, Map<Integer, ProgressFile> firstFiles) {
    this.forge = forge;
    this.clock = clock;
    // Not the seed itself: changes must not repeat the numbers that made the world.
    this.random = new Random(~plan.seed());
    this.oracle = new TrackerOracle(forge.objects());
    this.files = new HashMap<>(firstFiles);
    this.firstTrackerHead = forge.branch(forge.base(), TRACKER).orElseThrow();
  }

  /// Makes a world with its bare repository.
  ///
  /// @param directory must not exist or be empty
  public static SyncWorld create(Path directory, SimulatorClock clock, WorldPlan plan) {
    return new WorldBuilder(clock, plan).build(directory);
  }

  public Forge forge() {
    return forge;
  }

  /// The base repository's `OWNER/NAME`.
  public String repository() {
    return forge.base().nameWithOwner();
  }

  /// The bare repository on disk, which `git` can read.
  public Path gitDirectory() {
    return forge.objects().directory();
  }

  public List<PullRequest> openPullRequests() {
    return forge.pullRequests().stream().filter(PullRequest::open).toList();
  }

  /// Lets students push: each of `count` open pull requests with a living fork, chosen at random,
  /// gets one more attempt.
  ///
  /// @return the numbers of the changed pull requests, ascending
  /// @throws IllegalArgumentException when there are fewer of them
  public synchronized List<Integer> pushProgress(int count) {
    var candidates =
        new ArrayList<>(
            openPullRequests().stream()
                .filter(pullRequest -> pullRequest.headRepository().isPresent())
                .toList());
    if (candidates.size() < count) {
      throw new IllegalArgumentException(
          "Only %d students can push, not %d".formatted(candidates.size(), count));
    }
    Collections.shuffle(candidates, random);
    List<PullRequest> chosen = candidates.subList(0, count);
    var drafts = new ArrayList<CommitDraft>();
    for (PullRequest pullRequest : chosen) {
      ProgressFile file =
          Optional.ofNullable(files.get(pullRequest.number()))
              .map(before -> before.withOneMore(random))
              .orElseGet(() -> ProgressFile.random(random));
      files.put(pullRequest.number(), file);
      drafts.add(draft(pullRequest, Map.of(TrackerOracle.PROGRESS, file.bytes()), Set.of()));
    }
    List<ObjectId> commits = forge.objects().commit(drafts);
    for (int i = 0; i < commits.size(); i++) {
      forge.push(chosen.get(i).number(), commits.get(i));
    }
    return chosen.stream().map(PullRequest::number).sorted().toList();
  }

  /// Pushes another random `progress.json` to one pull request.
  ///
  /// @return the new head
  public synchronized ObjectId pushProgressTo(int number) {
    return push(number, ProgressFile.random(random).bytes());
  }

  /// Replaces the head of a pull request by a commit that does not follow it: as `git push --force`
  /// does after an amend.
  ///
  /// @return the new head
  public synchronized ObjectId forcePush(int number) {
    files.remove(number);
    PullRequest pullRequest = require(number);
    ObjectId main = forge.branch(forge.base(), MAIN).orElseThrow();
    ObjectId commit =
        forge
            .objects()
            .commit(
                new CommitDraft(
                    Optional.of(main),
                    Map.of(TrackerOracle.PROGRESS, ProgressFile.random(random).bytes()),
                    Set.of(),
                    "Begin again",
                    pullRequest.author().map(User::login).orElse("ghost"),
                    "begin-again@students.invalid",
                    clock.now()));
    forge.push(number, commit);
    return commit;
  }

  /// Pushes a given `progress.json` to a pull request.
  ///
  /// @return the new head
  public synchronized ObjectId push(int number, byte[] progressFile) {
    files.remove(number);
    return pushCommit(number, Map.of(TrackerOracle.PROGRESS, progressFile), Set.of());
  }

  /// Pushes a broken `progress.json`, or a commit without it, to a pull request.
  ///
  /// @return the new head
  public synchronized ObjectId breakFile(int number, BrokenFile kind) {
    return kind == BrokenFile.MISSING
        ? pushCommit(number, Map.of(), Set.of(TrackerOracle.PROGRESS))
        : push(number, kind.bytes());
  }

  private ObjectId pushCommit(int number, Map<String, byte[]> additions, Set<String> deletions) {
    PullRequest pullRequest = require(number);
    ObjectId commit = forge.objects().commit(draft(pullRequest, additions, deletions));
    forge.push(number, commit);
    return commit;
  }

  private PullRequest require(int number) {
    return forge
        .pullRequest(number)
        .orElseThrow(() -> new IllegalArgumentException("There is no pull request " + number));
  }

  private CommitDraft draft(
      PullRequest pullRequest, Map<String, byte[]> additions, Set<String> deletions) {
    String login = pullRequest.author().map(User::login).orElse("ghost");
    return new CommitDraft(
        Optional.of(pullRequest.head()),
        additions,
        deletions,
        "Update progress",
        login,
        login + "@students.invalid",
        clock.now());
  }

  public void closePullRequest(int number) {
    forge.close(number);
  }

  public void reopenPullRequest(int number) {
    forge.reopen(number);
  }

  /// Deletes the fork behind a pull request, which stays open.
  public void deleteFork(int number) {
    forge.deleteFork(number);
  }

  /// Renames the base repository. GraphQL finds it by its former names, REST redirects from them;
  /// commits must name it as it is.
  public void renameRepository(String newName) {
    forge.rename(newName);
  }

  /// Lets what students push from now on be listed and told at once, but be read only so much later
  /// by the simulator's clock; in forks at once, unless `inForksToo`.
  public void showPushesLater(Duration lag, boolean inForksToo) {
    forge.showLater(lag, inForksToo);
  }

  /// Deletes the account of a pull request's author.
  public void deleteAuthor(int number) {
    forge.deleteAuthor(number);
  }

  /// Lets the author of the first open pull request open another one from a second branch.
  ///
  /// @return the new pull request; the one it doubles has the same author
  public synchronized PullRequest secondPullRequestOfOneUser() {
    PullRequest first =
        openPullRequests().stream()
            .filter(one -> one.author().isPresent() && one.headRepository().isPresent())
            .findFirst()
            .orElseThrow();
    PullRequest last = forge.pullRequests().getLast();
    ProgressFile file = ProgressFile.random(random);
    ObjectId head =
        forge
            .objects()
            .commit(draft(first, Map.of(TrackerOracle.PROGRESS, file.bytes()), Set.of()));
    var second =
        new PullRequest(
            last.number() + 1,
            last.id() + 1,
            first.title(),
            first.author(),
            first.headRepository(),
            "again-" + (last.number() + 1),
            head,
            MAIN,
            clock.now(),
            clock.now(),
            Optional.empty());
    forge.open(List.of(second));
    files.put(second.number(), file);
    return second;
  }

  /// Lets somebody else commit a file of their own to a branch of the base repository.
  ///
  /// @return the branch's new head
  public synchronized ObjectId foreignCommit(String branch) {
    String path = "notes/" + (foreignFiles.size() + 1) + ".md";
    byte[] content = "Somebody was here.\n".getBytes(StandardCharsets.UTF_8);
    ObjectId head = forge.branch(forge.base(), branch).orElseThrow();
    CommitOutcome outcome =
        forge.commit(
            new BranchCommit(
                branch,
                head,
                Map.of(path, content),
                Set.of(),
                "Leave a note",
                new User(77, "somebody-else")));
    return switch (outcome) {
      case CommitOutcome.Committed(GitCommit commit) -> {
        if (branch.equals(TRACKER)) {
          foreignFiles.put(path, content);
        }
        yield commit.id();
      }
      // The sync committed between our reading the head and our commit: try on its commit.
      case CommitOutcome.Stale _ -> foreignCommit(branch);
      case CommitOutcome.NoSuchBranch _,
          CommitOutcome.Protected _,
          CommitOutcome.NothingToDelete _ ->
          throw new IllegalStateException("Nobody can commit to " + branch + ": " + outcome);
    };
  }

  public void protect(String branch, Protection protection) {
    forge.protect(branch, protection);
  }

  public void unprotect(String branch) {
    forge.unprotect(branch);
  }

  public ObjectId trackerHead() {
    return forge.branch(forge.base(), TRACKER).orElseThrow();
  }

  /// What the tracker must hold after a sync that saw the world as it is now: the students' files
  /// and both maps by the rules of [TrackerOracle], and everything else as others left it.
  public synchronized SortedMap<String, byte[]> expectedTrackerFiles() {
    SortedMap<String, byte[]> expected = oracle.expected(forge.pullRequests(), trackerFiles());
    filesAt(firstTrackerHead)
        .forEach((path, content) -> {
          if (!TrackerOracle.isManaged(path)) {
            expected.put(path, content);
          }
        });
    expected.putAll(foreignFiles);
    return expected;
  }

  /// What the tracker holds.
  public SortedMap<String, byte[]> trackerFiles() {
    return filesAt(trackerHead());
  }

  /// How the tracker differs from [#expectedTrackerFiles], one line per file; empty when it is
  /// right.
  public List<String> trackerDifferences() {
    SortedMap<String, byte[]> expected = expectedTrackerFiles();
    // By their ids first: a class of thousands is not read for nothing.
    SortedMap<String, ObjectId> actual =
        forge.objects().fileIds(forge.objects().commit(trackerHead()).orElseThrow().tree());
    var paths = new TreeSet<>(expected.keySet());
    paths.addAll(actual.keySet());
    var differences = new ArrayList<String>();
    for (String path : paths) {
      byte @Nullable [] wanted = expected.get(path);
      @Nullable ObjectId found = actual.get(path);
      if (wanted == null) {
        differences.add(path + ": should not be there");
      } else if (found == null) {
        differences.add(path + ": is missing");
      } else if (!found.equals(ObjectNetwork.idOfBlob(wanted))) {
        byte[] bytes = forge.objects().blob(found).orElseThrow();
        differences.add(
            "%s: %d bytes where %d are expected, first difference at %d"
                .formatted(path, bytes.length, wanted.length, Arrays.mismatch(wanted, bytes)));
      }
    }
    return differences;
  }

  /// Makes another branch of the base repository that stands where the tracker stood when the world
  /// began, so that the same pull requests can be collected once more.
  public void addTracker(String branch) {
    forge.objects().createRefs(Map.of("refs/heads/" + branch, firstTrackerHead));
  }

  /// The commits made on the tracker since the world began, oldest first.
  public List<GitCommit> trackerCommits() {
    return trackerCommits(TRACKER);
  }

  /// The same of a branch that [#addTracker] made.
  public List<GitCommit> trackerCommits(String branch) {
    ObjectId head = forge.branch(forge.base(), branch).orElseThrow();
    return forge
        .objects()
        .history(head, List.of(firstTrackerHead), ObjectNetwork.MAX_WALK)
        .reversed();
  }

  private SortedMap<String, byte[]> filesAt(ObjectId commit) {
    return forge.objects().files(forge.objects().commit(commit).orElseThrow().tree());
  }

  @Override
  public void close() {
    forge.objects().close();
  }
}
