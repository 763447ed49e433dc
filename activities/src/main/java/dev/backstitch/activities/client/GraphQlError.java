package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// One entry of the `errors` of a GraphQL answer.
///
/// @param type GitHub's word for it, such as `NOT_FOUND`, or empty: it stands in `type`, sometimes
///   in `extensions.code` instead
/// @param path the fields that lead to the trouble; its first parts are ours to match on
/// @param message GitHub's text
public record GraphQlError(String type, List<String> path, String message) {

  /// Copies the path.
  public GraphQlError {
    path = List.copyOf(path);
  }

  static List<GraphQlError> readAll(JsonNode errors) {
    List<GraphQlError> all = new ArrayList<>();
    for (JsonNode error : errors) {
      String type = error.path("type").asText("");
      if (type.isEmpty()) {
        type = error.path("extensions").path("code").asText("");
      }
      List<String> path = new ArrayList<>();
      error.path("path").forEach(part -> path.add(part.asText()));
      all.add(new GraphQlError(type, path, error.path("message").asText("")));
    }
    return List.copyOf(all);
  }
}
