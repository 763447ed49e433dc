package dev.backstitch.loadtest.simulator.forge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.eclipse.jgit.lib.ObjectId;

/// The statuses of the base repository's commits. Nothing is ever removed. Thread-safe.
public final class CommitStatuses {

  private static final long FIRST_ID = 70_000_000L;

  private final Sizes sizes;
  private final List<CommitStatus> statuses = new ArrayList<>();

  CommitStatuses(Sizes sizes) {
    this.sizes = sizes;
  }

  /// Adds one, by the id it gets.
  ///
  /// @return empty if the commit has too many of that context
  public synchronized Optional<CommitStatus> add(LongFunction<CommitStatus> made) {
    CommitStatus status = made.apply(FIRST_ID + statuses.size());
    long already =
        of(status.commit()).stream()
            .filter(one -> one.context().equalsIgnoreCase(status.context()))
            .count();
    if (already >= sizes.limits().statusesPerContext()) {
      return Optional.empty();
    }
    statuses.add(status);
    return Optional.of(status);
  }

  /// All of a commit, in the order in which they came.
  public synchronized List<CommitStatus> of(ObjectId commit) {
    return statuses.stream().filter(status -> status.commit().equals(commit)).toList();
  }

  /// The last of each context, as it was at some instant.
  List<CommitStatus> latest(ObjectId commit, Instant asOf) {
    Map<String, CommitStatus> latest = new LinkedHashMap<>();
    of(commit).stream()
        .filter(status -> !status.createdAt().isAfter(asOf))
        .forEach(status -> latest.put(status.context().toLowerCase(Locale.ROOT), status));
    return List.copyOf(latest.values());
  }
}
