package dev.backstitch.loadtest.engines;

import org.jdbi.v3.core.Handle;

/// What the contest asks Backstitch's tables.
final class BackstitchStore {
  private BackstitchStore() {}

  private static final String COMPLETED_CROWD =
      """
      select count(*)
      from backstitch.run
      where workflow = 'contest-crowd'
        and status = 'COMPLETED'
      """;

  /// How many runs of the crowd have completed.
  static int completedCrowd(Handle handle) {
    return handle.createQuery(COMPLETED_CROWD).mapTo(Integer.class).one();
  }
}
