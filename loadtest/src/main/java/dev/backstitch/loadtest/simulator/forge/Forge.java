package dev.backstitch.loadtest.simulator.forge;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import dev.backstitch.loadtest.simulator.git.CommitDraft;
import dev.backstitch.loadtest.simulator.git.GitCommit;
import dev.backstitch.loadtest.simulator.git.ObjectNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// The state of the simulated GitHub. Thread-safe.
public final class Forge {

  private static final String HEADS = "refs/heads/";
  private static final String PULLS = "refs/pull/";

  private final ObjectNetwork objects;
  private final SimulatorClock clock;
  private volatile Repository base;
  private volatile boolean isPrivate;
  private final Visibility visibility;
  private final Map<String, Repository> repositories = new HashMap<>();
  private final Set<String> formerNames = new HashSet<>();
  private final Map<Repository, Map<String, ObjectId>> forkBranches = new HashMap<>();
  private final TreeMap<Integer, PullRequest> pullRequests = new TreeMap<>();
  private final Map<String, Protection> protections = new HashMap<>();
  private final List<PullRequestWatcher> watchers = new CopyOnWriteArrayList<>();
  private final List<Consumer<RefMove>> refWatchers = new CopyOnWriteArrayList<>();
  private final Sizes sizes = new Sizes();
  private final CommitStatuses statuses = new CommitStatuses(sizes);
  private final CheckRuns checkRuns = new CheckRuns(sizes);
  private final Journal<Integer, PullRequest> formerPullRequests;
  private final Journal<String, ObjectId> formerRefs;

  /// @param objects already holds the base repository's branches
  public Forge(ObjectNetwork objects, SimulatorClock clock, Repository base) {
    this.objects = objects;
    this.clock = clock;
    this.base = base;
    this.visibility = new Visibility(clock);
    this.formerPullRequests = new Journal<>(clock, Replica.MOST);
    this.formerRefs = new Journal<>(clock, Replica.MOST);
    repositories.put(Repository.key(base.owner().login(), base.name()), base);
  }

  /// Tells a watcher of everything that happens to pull requests from now on.
  public void watch(PullRequestWatcher watcher) {
    watchers.add(watcher);
  }

  /// Tells a watcher of every branch and tag of the base repository that is made or moved from now
  /// on. It must not wait: whoever moves the ref does.
  public void watchRefs(Consumer<RefMove> watcher) {
    refWatchers.add(watcher);
  }

  private void tell(String action, Optional<ObjectId> before, PullRequest now) {
    watchers.forEach(watcher -> watcher.happened(action, before, now));
  }

  public ObjectNetwork objects() {
    return objects;
  }

  public Repository base() {
    return base;
  }

  public CommitStatuses statuses() {
    return statuses;
  }

  public CheckRuns checkRuns() {
    return checkRuns;
  }

  public Sizes sizes() {
    return sizes;
  }

  public Instant now() {
    return clock.now();
  }

  public synchronized Optional<Repository> repository(String owner, String name) {
    return Optional.ofNullable(repositories.get(Repository.key(owner, name)));
  }

  /// The repository that had this name before it was renamed.
  public synchronized Optional<Repository> renamed(String owner, String name) {
    return formerNames.contains(Repository.key(owner, name)) ? Optional.of(base) : Optional.empty();
  }

  /// Renames the base repository.
  public synchronized void rename(String newName) {
    String former = Repository.key(base.owner().login(), base.name());
    String present = Repository.key(base.owner().login(), newName);
    if (repositories.containsKey(present)) {
      throw new IllegalArgumentException("There is a repository " + present);
    }
    repositories.remove(former);
    formerNames.add(former);
    formerNames.remove(present);
    base = base.named(newName);
    repositories.put(present, base);
  }

  /// Lets what is pushed from now on be told of at once, but be seen only so much later.
  ///
  /// @param inForksToo whether forks show it no sooner than the base repository
  public void showLater(Duration lag, boolean inForksToo) {
    visibility.lag(lag, inForksToo);
  }

  /// Lets the refs of pull requests that are pushed to from now on move only so much later, for
  /// those who ask by the git protocol.
  public void moveRefsLater(Duration lag) {
    visibility.refLag(lag);
  }

  /// What the git protocol shows of a repository: its branches, and in the base the head of every
  /// pull request, open or closed, whether its fork lives or not.
  public synchronized SortedMap<String, ObjectId> gitRefs(Repository repository) {
    var refs = new TreeMap<String, ObjectId>();
    if (repository.fork()) {
      forkBranches
          .getOrDefault(repository, Map.of())
          .forEach((name, head) -> refs.put(HEADS + name, head));
      return refs;
    }
    refs.putAll(objects.refs(HEADS));
    pullRequests.values().forEach(one -> refs.put(one.ref(), visibility.ref(one)));
    return refs;
  }

  /// Hides the base repository from everybody without a token.
  public void makePrivate() {
    isPrivate = true;
  }

  /// Whether nobody without a token may see a repository. Forks are as their base.
  public boolean isPrivate() {
    return isPrivate;
  }

  /// Whether a repository shows a commit already.
  public boolean shows(Repository repository, ObjectId commit) {
    return visibility.shows(repository, commit);
  }

  public synchronized Optional<Repository> repository(long id) {
    return repositories.values().stream().filter(repository -> repository.id() == id).findFirst();
  }

  /// All pull requests, open and closed, by ascending number.
  public synchronized List<PullRequest> pullRequests() {
    return List.copyOf(pullRequests.values());
  }

  public synchronized Optional<PullRequest> pullRequest(int number) {
    return Optional.ofNullable(pullRequests.get(number));
  }

  /// Makes forks and opens their pull requests; each fork gets the head as its branch.
  public synchronized void open(Collection<PullRequest> opened) {
    var refs = new LinkedHashMap<String, ObjectId>();
    for (PullRequest pullRequest : opened) {
      if (pullRequests.putIfAbsent(pullRequest.number(), pullRequest) != null) {
        throw new IllegalArgumentException("There is a pull request " + pullRequest.number());
      }
      // Not of what is as old as the world: that was there always.
      if (pullRequest.createdAt().isAfter(clock.now().minus(Replica.MOST))) {
        formerPullRequests.changed(pullRequest.number(), Optional.empty());
      }
      Repository fork = pullRequest.headRepository().orElseThrow();
      repositories.putIfAbsent(Repository.key(fork.owner().login(), fork.name()), fork);
      forkBranches
          .computeIfAbsent(fork, _ -> new HashMap<>())
          .put(pullRequest.headBranch(), pullRequest.head());
      refs.put(pullRequest.ref(), pullRequest.head());
    }
    objects.createRefs(refs);
    opened.forEach(pullRequest -> tell("opened", Optional.empty(), pullRequest));
  }

  /// Moves the head of a pull request, and its fork's branch with it.
  public synchronized PullRequest push(int number, ObjectId head) {
    PullRequest before = require(number);
    PullRequest after = before.withHead(head, clock.now());
    if (!move(before.ref(), Optional.of(before.head()), head)) {
      throw new IllegalStateException(before.ref() + " was moved by somebody else");
    }
    before
        .headRepository()
        .map(forkBranches::get)
        .ifPresent(branches -> branches.put(before.headBranch(), head));
    visibility.pushed(head);
    visibility.moved(before);
    put(after);
    tell("synchronize", Optional.of(before.head()), after);
    return after;
  }

  public synchronized void close(int number) {
    PullRequest closed = require(number).closed(clock.now());
    put(closed);
    tell("closed", Optional.empty(), closed);
  }

  /// Opens a closed pull request again, as long as its fork is there.
  public synchronized void reopen(int number) {
    PullRequest closed = require(number);
    if (closed.open() || closed.headRepository().isEmpty()) {
      throw new IllegalArgumentException(
          "Pull request %d is open, or its fork is gone".formatted(number));
    }
    PullRequest reopened = closed.reopened(clock.now());
    put(reopened);
    tell("reopened", Optional.empty(), reopened);
  }

  /// Deletes the fork a pull request comes from. The pull request stays, and so do its commits.
  public synchronized void deleteFork(int number) {
    Repository fork =
        require(number)
            .headRepository()
            .orElseThrow(() -> new IllegalArgumentException("Its fork is gone already: " + number));
    repositories.remove(Repository.key(fork.owner().login(), fork.name()));
    forkBranches.remove(fork);
    List.copyOf(pullRequests.values()).stream()
        .filter(one -> one.headRepository().filter(fork::equals).isPresent())
        .forEach(one -> put(one.withoutHeadRepository()));
  }

  /// Deletes the account of a pull request's author.
  public synchronized void deleteAuthor(int number) {
    put(require(number).withoutAuthor());
  }

  private void tell(RefMove move) {
    refWatchers.forEach(watcher -> watcher.accept(move));
  }

  private void put(PullRequest changed) {
    formerPullRequests.changed(
        changed.number(), Optional.ofNullable(pullRequests.put(changed.number(), changed)));
  }

  /// What the pull requests that have changed since an instant were then.
  Map<Integer, Optional<PullRequest>> pullRequestsBefore(Instant instant) {
    return formerPullRequests.asOf(instant);
  }

  /// Where the refs of the base repository that were moved since an instant pointed then, by their
  /// full names.
  Map<String, Optional<ObjectId>> refsBefore(Instant instant) {
    return formerRefs.asOf(instant);
  }

  private boolean move(String ref, Optional<ObjectId> from, ObjectId to) {
    boolean moved = objects.moveRef(ref, from, to);
    if (moved) {
      formerRefs.changed(ref, from);
    }
    return moved;
  }

  public synchronized void protect(String branch, Protection protection) {
    protections.put(branch, protection);
  }

  public synchronized void unprotect(String branch) {
    protections.remove(branch);
  }

  public synchronized Optional<Protection> protection(String branch) {
    return Optional.ofNullable(protections.get(branch));
  }

  /// Commits to a branch of the base repository if it stands where the caller expects.
  public synchronized CommitOutcome commit(BranchCommit wanted) {
    String ref = HEADS + wanted.branch();
    Optional<ObjectId> head = objects.ref(ref);
    if (head.isEmpty()) {
      return new CommitOutcome.NoSuchBranch(wanted.branch());
    }
    if (!head.get().equals(wanted.expectedHead())) {
      return new CommitOutcome.Stale(head.get());
    }
    @Nullable Protection protection = protections.get(wanted.branch());
    if (protection != null) {
      return new CommitOutcome.Protected(protection);
    }
    GitCommit parent = objects.commit(head.get()).orElseThrow();
    for (String path : wanted.deletions()) {
      if (objects.item(parent.tree(), path).isEmpty()) {
        return new CommitOutcome.NothingToDelete(path);
      }
    }
    ObjectId commit =
        objects.commit(
            new CommitDraft(
                head,
                wanted.additions(),
                wanted.deletions(),
                wanted.message(),
                wanted.author().login(),
                wanted.author().id() + "+" + wanted.author().login() + "@users.noreply.github.com",
                clock.now()));
    if (!move(ref, head, commit)) {
      // Only a git process on the folder itself can get here: everybody else holds our monitor.
      return new CommitOutcome.Stale(objects.ref(ref).orElseThrow());
    }
    tell(new RefMove(ref, head, commit, wanted.author()));
    return new CommitOutcome.Committed(objects.commit(commit).orElseThrow());
  }

  /// Makes a ref of the base repository.
  ///
  /// @param name in full, none of a pull request: those are GitHub's own
  /// @return whether there was none
  public synchronized boolean createRef(String name, ObjectId to, User by) {
    if (isHidden(name)) {
      throw new IllegalArgumentException(name + " is GitHub's own");
    }
    boolean made = move(name, Optional.empty(), to);
    if (made) {
      tell(new RefMove(name, Optional.empty(), to, by));
    }
    return made;
  }

  /// Whether a ref is GitHub's own, which nobody makes or moves.
  public static boolean isHidden(String name) {
    return name.startsWith(PULLS);
  }

  /// Moves a ref of the base repository.
  ///
  /// @param name in full
  /// @param force whether it may leave commits behind
  public synchronized RefOutcome updateRef(String name, ObjectId to, boolean force, User by) {
    if (isHidden(name)) {
      throw new IllegalArgumentException(name + " is GitHub's own");
    }
    Optional<ObjectId> from = objects.ref(name);
    if (from.isEmpty()) {
      return new RefOutcome.NoSuchRef();
    }
    @Nullable Protection protection =
        name.startsWith(HEADS) ? protections.get(name.substring(HEADS.length())) : null;
    if (protection != null) {
      return new RefOutcome.Protected(protection);
    }
    if (!force && !objects.follows(to, from.get())) {
      return new RefOutcome.NoFastForward();
    }
    if (!move(name, from, to)) {
      return new RefOutcome.NoFastForward();
    }
    if (!from.get().equals(to)) {
      tell(new RefMove(name, from, to, by));
    }
    return new RefOutcome.Moved();
  }

  public synchronized Optional<ObjectId> branch(Repository repository, String name) {
    return repository.fork()
        ? Optional.ofNullable(forkBranches.getOrDefault(repository, Map.of()).get(name))
        : objects.ref(HEADS + name);
  }

  /// What a ref points to.
  ///
  /// @param name a full name (`refs/...`), a branch, or `HEAD`
  public Optional<ObjectId> ref(Repository repository, String name) {
    String full = fullName(repository, name);
    if (full.startsWith(HEADS)) {
      return branch(repository, full.substring(HEADS.length()));
    }
    return repository.fork() ? Optional.empty() : objects.ref(full);
  }

  /// @param name a full name (`refs/...`), a branch, or `HEAD`
  static String fullName(Repository repository, String name) {
    if (name.equals("HEAD")) {
      return HEADS + repository.defaultBranch();
    }
    return name.startsWith("refs/") ? name : HEADS + name;
  }

  /// A commit named by its full id, a branch or a ref. As on GitHub an id of any commit of the
  /// network is found, whichever fork it was pushed to.
  public Optional<GitCommit> commit(Repository repository, String name) {
    Optional<ObjectId> id =
        ObjectId.isId(name) ? Optional.of(ObjectId.fromString(name)) : ref(repository, name);
    return id.filter(commit -> visibility.shows(repository, commit)).flatMap(objects::commit);
  }

  private PullRequest require(int number) {
    @Nullable PullRequest pullRequest = pullRequests.get(number);
    if (pullRequest == null) {
      throw new IllegalArgumentException("There is no pull request " + number);
    }
    return pullRequest;
  }
}
