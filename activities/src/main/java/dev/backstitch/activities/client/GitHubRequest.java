package dev.backstitch.activities.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// One request, before the headers that all requests share.
///
/// @param api the API whose token it may carry
/// @param uri where it goes first
/// @param accept the media type asked for
/// @param json the body of a POST; null makes it a GET
/// @param write whether it changes something
/// @param purpose for messages, such as `list the open pull requests of git-mastery/progress`
record GitHubRequest(
    ApiUrl api, URI uri, String accept, @Nullable String json, boolean write, String purpose) {

  static GitHubRequest get(ApiUrl api, String path, String accept, String purpose) {
    return new GitHubRequest(api, api.rest(path), accept, null, false, purpose);
  }

  static GitHubRequest graphql(ApiUrl api, String json, boolean write, String purpose) {
    return new GitHubRequest(api, api.graphql(), "application/json", json, write, purpose);
  }

  GitHubRequest at(URI other) {
    return new GitHubRequest(api, other, accept, json, write, purpose);
  }
}
