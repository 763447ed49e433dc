package dev.backstitch.activities.tracker;

import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// The commits in which the changes of one call get onto the branch, in order: one, unless GitHub
/// refuses it for its size. One owner.
///
/// **Marks.** The commit that completes the call has the call's mark; one before it has the mark
/// with the numbers of its changes, such as `/1-250`. So the call's mark on the branch means that
/// all of it is there, and a mark with numbers means the same changes on every attempt. An attempt
/// that finds only some of them applies all changes anew, and what is there is left out ([Merge]).
final class Portions {
  private final CommitChanges call;
  private final String mark;
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
  void landed() {
    from = Math.min(from + most, call.changes().size());
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
