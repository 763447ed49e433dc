package dev.backstitch.activities.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.Problem.Kind;
import java.io.IOException;
import java.util.List;

/// Sends GraphQL documents. Thread-safe.
///
/// Every query asks for `rateLimit { cost remaining }`, so that its points are known; a mutation
/// can't ask and costs one.
public final class GraphQl {
  private static final int MUTATION_POINTS = 1;

  /// A query that GitHub gave up on is charged all the same, but its answer does not say what. All
  /// documents of this module cost one.
  private static final int UNTOLD_POINTS = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GitHubClient client;

  /// @param client sends the requests
  public GraphQl(GitHubClient client) {
    this.client = client;
  }

  /// An empty set of variables.
  public static ObjectNode variables() {
    return JSON.createObjectNode();
  }

  /// Sends a document.
  ///
  /// @param purpose for messages, such as `list the open pull requests of git-mastery/progress`
  /// @return data, errors, or both
  /// @throws GitHubException if there is no readable answer, or the whole document was refused
  public GraphQlAnswer send(
      ApiUrl api, String document, ObjectNode variables, String purpose, Meter meter)
      throws InterruptedException {
    GitHubRequest request =
        GitHubRequest.graphql(api, body(document, variables), isMutation(document), purpose);
    GitHubResponse response = client.send(request, meter);
    if (response.status() != 200) {
      Problem problem = client.problems().read(response, purpose);
      if (problem.kind() == Kind.SERVER_ERROR) {
        meter.countPoints(UNTOLD_POINTS, null);
      }
      throw new GitHubException(problem);
    }
    JsonNode root = parse(response, purpose);
    List<GraphQlError> errors = GraphQlError.readAll(root.path("errors"));
    List<Problem> problems =
        errors.stream().map(error -> client.problems().read(error, response, purpose)).toList();
    QuotaReport report = new QuotaReport(request, meter.permit());
    problems.forEach(problem -> report.alsoLimited(response, problem.kind()));
    JsonNode data = root.path("data");
    meterPoints(document, data, response, meter);
    return new GraphQlAnswer(data.isObject() ? data : MissingNode.getInstance(), errors, problems);
  }

  private static boolean isMutation(String document) {
    return document.startsWith("mutation");
  }

  private static String body(String document, ObjectNode variables) {
    ObjectNode body = JSON.createObjectNode();
    body.put("query", document);
    body.set("variables", variables);
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON tree could not be written", impossible);
    }
  }

  private static JsonNode parse(GitHubResponse response, String purpose) {
    try {
      JsonNode root = JSON.readTree(response.body().bytes());
      if (root != null && root.isObject() && (root.has("data") || root.has("errors"))) {
        return root;
      }
    } catch (IOException cutShort) {
      throw new GitHubException(
          Problem.of(
              Kind.UNREADABLE, "Could not " + purpose + ": the answer is not complete JSON."),
          cutShort);
    }
    throw new GitHubException(
        Problem.of(Kind.UNREADABLE, "Could not " + purpose + ": the answer is not GraphQL's."));
  }

  private static void meterPoints(
      String document, JsonNode data, GitHubResponse response, Meter meter) {
    JsonNode rateLimit = data.path("rateLimit");
    if (rateLimit.path("cost").isInt()) {
      meter.countPoints(rateLimit.path("cost").intValue(), rateLimit.path("remaining").asInt());
    } else if (isMutation(document) && data.isObject() && response.quota() != null) {
      meter.countPoints(MUTATION_POINTS, Math.toIntExact(response.quota().remaining()));
    }
  }
}
