package dev.backstitch.loadtest.simulator.graphql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.execution.ResultPath;
import graphql.language.SourceLocation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An error as GitHub writes it, with its `type`.
final class GitHubError implements GraphQLError {

  private static final long serialVersionUID = 1L;

  private final String type;
  private final String message;
  private final transient List<Object> path;
  private final transient List<SourceLocation> locations;

  GitHubError(String type, String message, List<Object> path, List<SourceLocation> locations) {
    this.type = type;
    this.message = message;
    this.path = List.copyOf(path);
    this.locations = List.copyOf(locations);
  }

  static GitHubError at(
      String type, String message, ResultPath path, Optional<SourceLocation> location) {
    return new GitHubError(
        type, message, path.toList(), location.map(List::of).orElseGet(List::of));
  }

  @Override
  public String getMessage() {
    return message;
  }

  @Override
  public List<SourceLocation> getLocations() {
    return locations;
  }

  @Override
  public ErrorClassification getErrorType() {
    return ErrorType.DataFetchingException;
  }

  @Override
  public List<Object> getPath() {
    return path;
  }

  /// Any error in GitHub's form; those without a type of GitHub's have none.
  static ObjectNode json(GraphQLError error) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (error instanceof GitHubError ours) {
      json.put("type", ours.type);
    }
    List<Object> path = error.getPath();
    if (path != null && !path.isEmpty()) {
      path.forEach(json.withArrayProperty("path")::addPOJO);
    }
    Map<String, Object> extensions = error.getExtensions();
    if (extensions != null && !extensions.isEmpty()) {
      json.putPOJO("extensions", extensions);
    }
    List<SourceLocation> locations = error.getLocations();
    if (locations != null) {
      for (SourceLocation location : locations) {
        json.withArrayProperty("locations")
            .addObject()
            .put("line", location.getLine())
            .put("column", location.getColumn());
      }
    }
    return json.put("message", error.getMessage());
  }
}
