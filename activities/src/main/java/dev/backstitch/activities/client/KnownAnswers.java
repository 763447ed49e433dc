package dev.backstitch.activities.client;

import java.net.URI;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Answers that came with an `ETag`, so that the same may be asked again for nothing: GitHub
/// charges no quota for "not modified"
/// (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
///
/// An `ETag` belongs to the token it was given to, so an answer is known for that token only. Of an
/// App, whose tokens live an hour, it is of use for as long. Only the newest answers are kept; they
/// are forgotten when the process ends. Thread-safe.
final class KnownAnswers {

  /// The most that is kept, all answers together.
  static final int MAX_BYTES = 16 * 1024 * 1024;

  /// A larger answer is not kept: it would drive too many others out. A page of 100 pull requests
  /// has more than a megabyte.
  static final int MAX_ANSWER_BYTES = MAX_BYTES / 4;

  private final LinkedHashMap<Key, GitHubResponse> answers = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  private record Key(URI uri, String accept, String token) {
    static Key of(GitHubRequest request, Token token) {
      return new Key(request.uri(), request.accept(), token.fingerprint());
    }
  }

  /// What is known already, if this token was told it.
  synchronized Optional<GitHubResponse> find(GitHubRequest request, Token token) {
    return request.verb() == GitHubRequest.Verb.GET
        ? Optional.ofNullable(answers.get(Key.of(request, token)))
        : Optional.empty();
  }

  /// Keeps an answer, if it can be asked for by its `ETag` and is not too large.
  synchronized void keep(GitHubRequest request, Token token, GitHubResponse response) {
    if (request.verb() != GitHubRequest.Verb.GET
        || response.status() != 200
        || response.header("ETag").isEmpty()
        || size(response) == 0
        || size(response) > MAX_ANSWER_BYTES) {
      return;
    }
    @Nullable GitHubResponse before = answers.put(Key.of(request, token), response);
    bytes += size(response) - (before == null ? 0 : size(before));
    Iterator<GitHubResponse> eldest = answers.values().iterator();
    while (bytes > MAX_BYTES) {
      bytes -= size(eldest.next());
      eldest.remove();
    }
  }

  private static int size(GitHubResponse response) {
    return response.body().bytes().length;
  }
}
