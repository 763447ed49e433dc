package dev.backstitch.loadtest.load.arrival;

/// What is done again and again, from beginning to end, on a thread of its own.
@FunctionalInterface
public interface Operation {

  /// Does it once.
  ///
  /// @param number 0 for the first, and so on
  /// @throws Exception if it did not succeed: counted as failed, without a latency
  void perform(long number) throws Exception;
}
