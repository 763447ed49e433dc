package dev.backstitch.activities.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// One request, before the headers that all requests share.
///
/// @param api the API whose token it may carry
/// @param uri where it goes first
/// @param verb what it does
/// @param accept the media type asked for
/// @param json the body, if there is one
/// @param purpose for messages, such as `list the open pull requests of git-mastery/progress`
record GitHubRequest(
    ApiUrl api, URI uri, Verb verb, String accept, @Nullable String json, String purpose) {

  private static final String JSON = "application/vnd.github+json";

  /// What a request does. GraphQL knows POST only, whatever a document does.
  enum Verb {
    GET("GET", false),
    POST("POST", true),
    PATCH("PATCH", true),
    QUERY("POST", false),
    MUTATION("POST", true);

    private final String method;
    private final boolean write;

    Verb(String method, boolean write) {
      this.method = method;
      this.write = write;
    }

    String method() {
      return method;
    }

    /// Whether it changes something.
    boolean write() {
      return write;
    }

    boolean isGraphQl() {
      return this == QUERY || this == MUTATION;
    }
  }

  static GitHubRequest get(ApiUrl api, String path, String accept, String purpose) {
    return new GitHubRequest(api, api.rest(path), Verb.GET, accept, null, purpose);
  }

  static GitHubRequest write(RestWrite write) {
    return new GitHubRequest(
        write.api(),
        write.api().rest(write.path()),
        switch (write.method()) {
          case POST -> Verb.POST;
          case PATCH -> Verb.PATCH;
        },
        JSON,
        write.body() == null ? null : write.body().toString(),
        write.purpose());
  }

  static GitHubRequest graphql(ApiUrl api, String json, boolean write, String purpose) {
    Verb verb = write ? Verb.MUTATION : Verb.QUERY;
    return new GitHubRequest(api, api.graphql(), verb, "application/json", json, purpose);
  }

  GitHubRequest at(URI other) {
    return new GitHubRequest(api, other, verb, accept, json, purpose);
  }
}
