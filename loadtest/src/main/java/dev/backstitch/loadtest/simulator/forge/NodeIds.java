package dev.backstitch.loadtest.simulator.forge;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Global node ids: opaque to clients, as GitHub's are.
public final class NodeIds {

  private NodeIds() {}

  public static String of(String prefix, String key) {
    return prefix
        + "_"
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  /// The key inside an id of that prefix; empty when it is none.
  public static Optional<String> key(String prefix, String id) {
    if (!id.startsWith(prefix + "_")) {
      return Optional.empty();
    }
    try {
      byte[] key = Base64.getUrlDecoder().decode(id.substring(prefix.length() + 1));
      return Optional.of(new String(key, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
