package dev.backstitch.orchestrator.worker;

import dev.backstitch.orchestrator.inbox.WaitingMessage;
import java.util.List;

/// Which messages a loaded run has been offered in this stay in memory.
///
/// [#begin] is safe for any thread, the rest belongs to the one thread that reads the inbox.
final class Offers {
  private final long loadedNanos = System.nanoTime();
  private volatile boolean begun;
  private long last;

  /// The run has been given its beginning: from now on it can take messages.
  void begin() {
    begun = true;
  }

  /// Those of the messages that it was not offered before.
  ///
  /// @param messages of this run, in order
  /// @param readNanos when the reading began: what was read before the run was loaded may have been
  ///   taken by an earlier stay of it in memory
  List<WaitingMessage> fresh(List<WaitingMessage> messages, long readNanos) {
    if (!begun || readNanos - loadedNanos <= 0) {
      return List.of();
    }
    List<WaitingMessage> fresh =
        messages.stream().filter(message -> message.messageId() > last).toList();
    if (!fresh.isEmpty()) {
      last = fresh.getLast().messageId();
    }
    return fresh;
  }
}
