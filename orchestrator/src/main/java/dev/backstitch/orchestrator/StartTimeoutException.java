package dev.backstitch.orchestrator;

import org.jspecify.annotations.Nullable;

/// A start could not be made durable in time. It may still become so, so whoever asks again should
/// use the same key.
public final class StartTimeoutException extends RuntimeException {

  StartTimeoutException(String reason, @Nullable Throwable cause) {
    super(
        "BST-START-001: the run could not be made durable in time ("
            + reason
            + "); ask again with the same key",
        cause);
  }
}
