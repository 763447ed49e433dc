package dev.backstitch.loadtest.contest;

import java.time.Duration;
import java.util.List;

/// What a session can do beside starting runs and waiting for them. Each is for one workload.
public final class Trials {
  private Trials() {}

  /// Its runs survive a kill of the process.
  public interface Recoverable {

    /// Starts runs, all of them at once, and does not wait for their ends. Every step leaves a mark
    /// in the ground's [Effects] when it is executed.
    ///
    /// @param stepTime how long a step takes
    void begin(Crowd crowd, Duration stepTime) throws Exception;

    /// Waits until every one of them has ended; in a process other than the one that began them.
    void finish(Crowd crowd) throws Exception;
  }

  /// Some runs of some steps each, numbered from 0.
  public record Crowd(int runs, int steps) {}

  /// Its runs can be stopped at any length of their histories, a group of them at a time.
  public interface Lengthening {

    /// Brings groups to this length, all of them at once, beginning those that there are not.
    ///
    /// @param events how long their histories are to be
    void far(List<Group> groups, int events) throws Exception;

    /// Takes all runs of a group some steps further. The others stay where they are.
    ///
    /// @param steps of each
    void near(Group group, int steps) throws Exception;
  }

  /// Runs that are stopped together.
  ///
  /// @param number tells it from others of the same session
  public record Group(int number, int runs) {}

  /// Its runs can wait for a long time.
  public interface Patient {

    /// Starts runs that wait, and returns when all of them do.
    void hold(int runs) throws Exception;
  }
}
