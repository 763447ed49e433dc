package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;

/// A REST request that changes something.
///
/// @param path begins with a slash and is percent-encoded
/// @param purpose for messages, such as `set the status of commit 0a1b...`
public record RestWrite(ApiUrl api, Method method, String path, JsonNode body, String purpose) {

  /// How it is sent.
  public enum Method {
    /// Makes something.
    POST,
    /// Changes parts of something.
    PATCH
  }
}
