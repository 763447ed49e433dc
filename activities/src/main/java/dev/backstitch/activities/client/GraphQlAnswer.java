package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/// The answer to a GraphQL document, which may hold data and errors at once.
///
/// @param data a missing node if there is none
/// @param errors as GitHub listed them
/// @param problems what each error means, in the same order
public record GraphQlAnswer(JsonNode data, List<GraphQlError> errors, List<Problem> problems) {

  /// Copies the lists.
  public GraphQlAnswer {
    errors = List.copyOf(errors);
    problems = List.copyOf(problems);
  }

  /// The data of an answer that has no error.
  ///
  /// @throws GitHubException for the first error
  public JsonNode dataOrThrow() {
    if (!problems.isEmpty()) {
      throw new GitHubException(problems.getFirst());
    }
    return data;
  }

  /// The first problem of a kind, if there is one.
  public Optional<Problem> problem(Problem.Kind kind) {
    return problems.stream().filter(problem -> problem.kind() == kind).findFirst();
  }
}
