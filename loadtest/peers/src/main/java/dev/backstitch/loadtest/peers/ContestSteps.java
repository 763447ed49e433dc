package dev.backstitch.loadtest.peers;

/// The contest's workflow as DBOS wants it: an interface that it puts itself behind.
public interface ContestSteps {

  /// Does so many steps.
  int run(int steps);

  /// Does so many steps, each of which takes a while and leaves a mark.
  ///
  /// @param number of the run
  int crowd(int number, int steps, int stepMillis);
}
