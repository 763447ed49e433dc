package dev.backstitch.activities.pulls;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.client.GitHubClient;
import dev.backstitch.activities.client.GitHubException;
import dev.backstitch.activities.client.GitHubResponse;
import dev.backstitch.activities.client.Meter;
import dev.backstitch.activities.client.Problem;
import dev.backstitch.activities.client.Problem.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lists open pull requests by REST, for when GraphQL can't. Thread-safe.
///
/// These pages are counted, not marked: if one is closed meanwhile, the others move up, and one may
/// slip from a page that is still to come to one that was read. The next sync finds it. A page that
/// has not changed costs no quota.
final class RestHeads {
  private static final String ACCEPT = "application/vnd.github+json";

  /// How cursors of this kind begin; the rest is the path that GitHub gave for the next page.
  private static final String CURSOR = "rest:";

  /// Whom GitHub names as the author when the account is deleted.
  private static final long GHOST = 10_137;

  private final GitHubClient client;

  RestHeads(GitHubClient client) {
    this.client = client;
  }

  /// Whether a listing has gone on by REST.
  static boolean goesOn(ListHeads call) {
    return call.cursor() != null && call.cursor().startsWith(CURSOR);
  }

  /// The next page, or the first one of all if GraphQL was asked so far. Pull requests that it has
  /// told of come again then; whoever lists them takes each once.
  HeadsPage page(ListHeads call, Meter meter) throws InterruptedException {
    String path =
        goesOn(call)
            ? Objects.requireNonNull(call.cursor()).substring(CURSOR.length())
            : call.repository().restPath()
                + "/pulls?state=open&sort=created&direction=asc&per_page=100&base="
                + URLEncoder.encode(call.base(), StandardCharsets.UTF_8);
    String purpose = "list the open pull requests of " + call.repository();
    GitHubResponse response = client.get(call.repository().api(), path, ACCEPT, purpose, meter);
    JsonNode page = response.json(purpose);
    if (!page.isArray()) {
      throw unreadable(purpose, "it is no list");
    }
    List<Head> heads = new ArrayList<>();
    page.forEach(node -> heads.add(head(node)));
    Optional<URI> next = response.nextPage(call.repository().api().rest(path));
    if (next.isEmpty()) {
      return new HeadsPage(heads, null, meter.use());
    }
    String nextPath =
        call.repository()
            .api()
            .restPathOf(next.get())
            .orElseThrow(() -> unreadable(purpose, "its next page is elsewhere"));
    return new HeadsPage(heads, CURSOR + nextPath, meter.use());
  }

  private static Head head(JsonNode node) {
    return new Head(
        node.path("number").asInt(),
        node.path("head").path("sha").asText(),
        author(node.path("user")),
        node.path("head").path("repo").path("full_name").textValue());
  }

  private static @Nullable Author author(JsonNode user) {
    if (!user.isObject() || user.path("id").asLong() == GHOST) {
      return null;
    }
    boolean person = user.path("type").asText().equals("User");
    return new Author(user.path("login").asText(), person ? user.path("id").asLong() : null);
  }

  private static GitHubException unreadable(String purpose, String why) {
    return new GitHubException(
        Problem.of(Kind.UNREADABLE, "Could not " + purpose + ": the answer can't be read: " + why));
  }
}
