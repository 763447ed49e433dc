package dev.backstitch.activities.tracker;

import dev.backstitch.activities.client.ApiUse;
import dev.backstitch.activities.tracker.BranchReader.RecentCommit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The commits in which the changes of one call get onto the branch, in order: one, unless GitHub
/// refuses it for its size. One owner.
///
/// **Marks.** The commit that completes the call has the call's mark; one before it has the mark
/// with the numbers of its changes, such as `/1-250`. So the call's mark on the branch means that
/// all of it is there, and a mark with numbers means the same changes on every attempt. An attempt
/// that finds only some of them applies all changes anew, and what is there is left out ([Merge]).
/// Every commit that has such a mark counts as the call's.
final class Portions {
  private final CommitChanges call;
  private final String mark;
  private final Set<String> commits = new HashSet<>();
  private Optional<String> newest = Optional.empty();
  private int most;
  private int from;

  /// One of them.
  ///
  /// @param changes what it brings
  /// @param mark what it is found by
  /// @param isLast whether the call is complete with it
  record Portion(CommitChanges changes, String mark, boolean isLast) {}

  Portions(CommitChanges call, String mark) {
    this.call = call;
    this.mark = mark;
    this.most = Math.max(1, call.changes().size());
  }

  CommitChanges call() {
    return call;
  }

  /// What is to be committed next.
  Portion next() {
    int all = call.changes().size();
    int to = Math.min(from + most, all);
    boolean isLast = to == all;
    CommitChanges changes =
        new CommitChanges(
            call.target(),
            call.base(),
            call.changes().subList(from, to),
            isLast ? call.logins() : Collections.emptySortedMap());
    return new Portion(changes, isLast ? mark : mark + "/" + (from + 1) + "-" + to, isLast);
  }

  /// The next one is on the branch.
  ///
  /// @param oid the commit that brought it; empty if it had been there
  void landed(Optional<String> oid) {
    from = Math.min(from + most, call.changes().size());
    oid.ifPresent(made -> {
      commits.add(made);
      newest = oid;
    });
  }

  /// These are on the branch. Those of the call count, whichever attempt has made them.
  ///
  /// @param recent newest first
  void found(List<RecentCommit> recent) {
    List<String> ours = recent.stream().filter(this::isOurs).map(RecentCommit::oid).toList();
    commits.addAll(ours);
    newest = ours.stream().findFirst().or(() -> newest);
  }

  private boolean isOurs(RecentCommit commit) {
    return commit
        .message()
        .lines()
        .anyMatch(line -> line.equals(mark) || line.startsWith(mark + "/"));
  }

  /// The newest commit of the call; empty if it has none.
  Optional<String> newest() {
    return newest;
  }

  /// The call is done.
  CommitResult.Committed committed(String oid, int students, ApiUse use) {
    @Nullable Integer several = commits.size() > 1 ? commits.size() : null;
    return new CommitResult.Committed(oid, students, use, several);
  }

  /// The next one was too large: it is halved, and so is what comes behind it.
  void tooLarge() {
    most = Math.max(1, (Math.min(most, call.changes().size() - from) + 1) / 2);
  }

  /// Whether the next one may be halved.
  boolean mayBeHalved() {
    return next().changes().changes().size() > 1;
  }

  /// Whether one was halved.
  boolean areHalved() {
    return most < call.changes().size();
  }

  /// How many of the students stand where the call wants them.
  int students(TrackerState branch) {
    List<StudentChange> all = call.changes();
    return Math.toIntExact(
        all.stream()
            .filter(
                change -> Objects.equals(branch.hashes().get(change.userId()), change.headOid()))
            .count());
  }
}
