package dev.backstitch.loadtest.simulator.forge;

import dev.backstitch.loadtest.simulator.git.GitCommit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/// The world as one of GitHub's replicas shows it to a request: perhaps as it was some seconds ago.
///
/// What may lag are the pull requests, the branches and refs of the base repository, and the
/// statuses of its commits. Objects that are asked for by their id do not.
public final class Replica {

  /// How far one may lag.
  public static final Duration MOST = Duration.ofMinutes(10);

  private final Forge forge;
  private final Optional<Instant> asOf;

  private Replica(Forge forge, Optional<Instant> asOf) {
    this.forge = forge;
    this.asOf = asOf;
  }

  /// One that shows everything as it is.
  public static Replica upToDate(Forge forge) {
    return new Replica(forge, Optional.empty());
  }

  /// One that shows what was, so long ago.
  ///
  /// @param lag at most [#MOST]
  public static Replica behind(Forge forge, Duration lag) {
    return new Replica(forge, Optional.of(forge.now().minus(lag)));
  }

  public Forge forge() {
    return forge;
  }

  /// All pull requests, open and closed, by ascending number.
  public List<PullRequest> pullRequests() {
    List<PullRequest> present = forge.pullRequests();
    if (asOf.isEmpty()) {
      return present;
    }
    // Read second, so that what changes meanwhile is found in it.
    Map<Integer, Optional<PullRequest>> before = forge.pullRequestsBefore(asOf.get());
    var shown = new ArrayList<PullRequest>(present.size());
    for (PullRequest one : present) {
      before.getOrDefault(one.number(), Optional.of(one)).ifPresent(shown::add);
    }
    return shown;
  }

  public Optional<PullRequest> pullRequest(int number) {
    Optional<PullRequest> present = forge.pullRequest(number);
    return asOf.isEmpty()
        ? present
        : forge.pullRequestsBefore(asOf.get()).getOrDefault(number, present);
  }

  /// What a ref points to.
  ///
  /// @param name a full name (`refs/...`), a branch, or `HEAD`
  public Optional<ObjectId> ref(Repository repository, String name) {
    Optional<ObjectId> present = forge.ref(repository, name);
    return asOf.isEmpty() || repository.fork()
        ? present
        : forge.refsBefore(asOf.get()).getOrDefault(Forge.fullName(repository, name), present);
  }

  /// A commit named by its full id, a branch or a ref.
  public Optional<GitCommit> commit(Repository repository, String name) {
    return ObjectId.isId(name)
        ? forge.commit(repository, name)
        : ref(repository, name).flatMap(id -> forge.commit(repository, id.name()));
  }

  /// The last status of each context of a commit.
  public List<CommitStatus> statuses(ObjectId commit) {
    return forge.statuses().latest(commit, asOf.orElse(Instant.MAX));
  }
}
