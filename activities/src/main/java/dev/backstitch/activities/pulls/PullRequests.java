package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GraphQl;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.orchestrator.workflow.ActivityContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Serves [ListHeads]. Thread-safe.
public final class PullRequests {
  private static final int MAX_PAGE = 100;
  private static final int MIN_PAGE = 25;

  private static final String DOCUMENT =
      """
      query ListHeads($owner: String!, $name: String!, $base: String!, $first: Int!, $after: String) {
        rateLimit { cost remaining }
        repository(owner: $owner, name: $name) {
          pullRequests(
            states: OPEN, baseRefName: $base, first: $first, after: $after,
            orderBy: {field: CREATED_AT, direction: ASC}
          ) {
            pageInfo { hasNextPage endCursor }
            nodes {
              number
              headRefOid
              author { login ... on User { databaseId } }
              headRepository { nameWithOwner }
            }
          }
        }
      }
      """;

  private final GraphQl graphQl;
  private final RestHeads rest;
  private final BatchSizes sizes = new BatchSizes(MAX_PAGE);

  /// @param graphQl sends the documents
  /// @param client lists by REST what GraphQL can't
  public PullRequests(GraphQl graphQl, GitHubClient client) {
    this.graphQl = graphQl;
    this.rest = new RestHeads(client);
  }

  /// One page: of 100, or of fewer if GitHub finds that too much, which is remembered for the next
  /// one; by REST if it finds the smallest too much. A failure that may have been chance is
  /// answered with the same query once, since smaller pages are more of them.
  ///
  /// @throws GitHubException if the page can't be had
  public HeadsPage list(ListHeads call, ActivityContext context, Meter meter)
      throws InterruptedException {
    if (RestHeads.goesOn(call)) {
      return rest.page(call, meter);
    }
    boolean asksAgain = true;
    int smallestFailed = Integer.MAX_VALUE;
    int size = sizes.of(call.repository());
    while (smallestFailed > MIN_PAGE) {
      try {
        HeadsPage page = page(call, size, meter);
        sizes.learn(call.repository(), size, smallestFailed);
        return page;
      } catch (GitHubException failed) {
        if (!failed.problem().asksForLess()) {
          throw failed;
        }
        if (asksAgain && failed.problem().mayBeChance()) {
          asksAgain = false;
        } else {
          smallestFailed = size;
          size = Math.max(MIN_PAGE, size / 2);
        }
      }
    }
    return rest.page(call, meter);
  }

  private HeadsPage page(ListHeads call, int size, Meter meter) throws InterruptedException {
    ObjectNode variables =
        GraphQl.variables()
            .put("owner", call.repository().owner())
            .put("name", call.repository().name())
            .put("base", call.base())
            .put("first", size)
            .put("after", call.cursor());
    String purpose = "list the open pull requests of " + call.repository();
    JsonNode pullRequests =
        graphQl
            .send(call.repository().api(), DOCUMENT, variables, purpose, meter)
            .dataOrThrow()
            .path("repository")
            .path("pullRequests");
    List<Head> heads = new ArrayList<>();
    for (JsonNode node : pullRequests.path("nodes")) {
      if (node.isObject()) {
        heads.add(head(node));
      }
    }
    JsonNode pageInfo = pullRequests.path("pageInfo");
    String next =
        pageInfo.path("hasNextPage").asBoolean() ? pageInfo.path("endCursor").asText() : null;
    return new HeadsPage(heads, next, meter.use());
  }

  private static Head head(JsonNode node) {
    return new Head(
        node.path("number").asInt(),
        node.path("headRefOid").asText(),
        author(node.path("author")),
        node.path("headRepository").path("nameWithOwner").textValue());
  }

  private static @Nullable Author author(JsonNode node) {
    if (!node.isObject()) {
      return null;
    }
    JsonNode userId = node.path("databaseId");
    return new Author(
        node.path("login").asText(), userId.isIntegralNumber() ? userId.asLong() : null);
  }
}
