package dev.backstitch.activities.pulls;

import dev.backstitch.activities.client.Repository;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many files, or heads, each repository's queries may ask for, learned from what became of
/// them: as many as have passed in a batch that had a failure, five more after three batches in a
/// row that had none. So a repository that is heavy is not asked for too many in every batch again,
/// and one that had a bad minute recovers.
///
/// Only a hint: it is this process's own, and forgotten when it ends. Thread-safe.
final class BatchSizes {

  /// The most repositories remembered; the one asked about longest ago is forgotten first.
  static final int MAX_REPOSITORIES = 1_000;

  private static final int MORE = 5;
  private static final int CLEAN_BEFORE_MORE = 3;

  private final int most;
  private final Map<Repository, Size> byRepository =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Repository, Size> eldest) {
          return size() > MAX_REPOSITORIES;
        }
      };

  /// @param clean how many batches have passed in a row
  private record Size(int most, int clean) {}

  /// @param most where every repository begins
  BatchSizes(int most) {
    this.most = most;
  }

  /// The most to ask for in one query.
  synchronized int of(Repository repository) {
    Size size = byRepository.get(repository);
    return size == null ? most : size.most();
  }

  /// Takes a batch into account.
  ///
  /// @param largestPassed for how many its largest query was that brought all of them; 0 if none
  ///   did
  /// @param smallestFailed for how many its smallest query was that failed in a way that a smaller
  ///   one may not; a larger number than any query's if none did
  synchronized void learn(Repository repository, int largestPassed, int smallestFailed) {
    Size size = byRepository.get(repository);
    if (smallestFailed <= most) {
      // One file can break every query that it is in, so what passed says more than what failed.
      int bearable = Math.max(1, Math.max(largestPassed, smallestFailed / 2));
      byRepository.put(repository, new Size(Math.min(bearable, of(repository)), 0));
    } else if (size == null || largestPassed < size.most()) {
      // As it was; a query for fewer than allowed proves nothing.
      return;
    } else if (size.clean() + 1 < CLEAN_BEFORE_MORE) {
      byRepository.put(repository, new Size(size.most(), size.clean() + 1));
    } else if (size.most() + MORE < most) {
      byRepository.put(repository, new Size(size.most() + MORE, 0));
    } else {
      byRepository.remove(repository);
    }
  }
}
