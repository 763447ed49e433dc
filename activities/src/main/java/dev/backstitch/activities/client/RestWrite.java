package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// A REST request that changes something.
///
/// @param path begins with a slash and is percent-encoded
/// @param body null where GitHub describes none
/// @param purpose for messages, such as `set the status of commit 0a1b...`
public record RestWrite(
    ApiUrl api, Method method, String path, @Nullable JsonNode body, String purpose) {

  /// How it is sent.
  public enum Method {
    /// Makes something.
    POST,
    /// Changes parts of something.
    PATCH
  }
}
