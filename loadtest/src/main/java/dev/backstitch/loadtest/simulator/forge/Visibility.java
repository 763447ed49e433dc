package dev.backstitch.loadtest.simulator.forge;

import dev.backstitch.loadtest.simulator.clock.SimulatorClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// Which commits can be seen where: GitHub tells of a push before all of it shows it. Thread-safe.
final class Visibility {

  private final SimulatorClock clock;
  private final Map<ObjectId, Hidden> hidden = new HashMap<>();
  private Duration lag = Duration.ZERO;
  private boolean forksToo;
  private final Map<Integer, LateRef> lateRefs = new HashMap<>();
  private Duration refLag = Duration.ZERO;

  private record Hidden(Instant until, boolean forksToo) {}

  /// @param shown what it shows until then
  private record LateRef(Instant until, ObjectId shown) {}

  Visibility(SimulatorClock clock) {
    this.clock = clock;
  }

  synchronized void lag(Duration newLag, boolean inForksToo) {
    if (newLag.isNegative()) {
      throw new IllegalArgumentException("A lag must not be negative: " + newLag);
    }
    lag = newLag;
    forksToo = inForksToo;
  }

  synchronized void refLag(Duration newLag) {
    if (newLag.isNegative()) {
      throw new IllegalArgumentException("A lag must not be negative: " + newLag);
    }
    refLag = newLag;
  }

  /// A pull request's head was moved.
  synchronized void moved(PullRequest before) {
    if (refLag.isPositive()) {
      lateRefs.put(before.number(), new LateRef(clock.now().plus(refLag), ref(before)));
    }
  }

  /// What a pull request's ref shows to git.
  synchronized ObjectId ref(PullRequest pullRequest) {
    @Nullable LateRef late = lateRefs.get(pullRequest.number());
    return late != null && clock.now().isBefore(late.until()) ? late.shown() : pullRequest.head();
  }

  /// A commit was pushed.
  synchronized void pushed(ObjectId commit) {
    if (lag.isPositive()) {
      hidden.put(commit, new Hidden(clock.now().plus(lag), forksToo));
    }
  }

  synchronized boolean shows(Repository repository, ObjectId commit) {
    @Nullable Hidden still = hidden.get(commit);
    if (still == null || (repository.fork() && !still.forksToo())) {
      return true;
    }
    if (clock.now().isBefore(still.until())) {
      return false;
    }
    hidden.remove(commit);
    return true;
  }
}
