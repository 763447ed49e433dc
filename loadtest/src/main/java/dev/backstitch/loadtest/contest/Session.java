package dev.backstitch.loadtest.contest;

/// An engine at work.
public interface Session extends AutoCloseable {

  /// Starts runs and waits for their ends, so many at a time, until the work is over.
  ///
  /// @param latencies told how long each run took, from its start to its end as its client sees it
  void perform(Work work, Latencies latencies) throws Exception;

  /// Ends in good order. What is durable stays.
  @Override
  void close();
}
