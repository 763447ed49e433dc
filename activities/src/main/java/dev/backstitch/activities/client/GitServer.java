package dev.backstitch.activities.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// The git host beside an API. Thread-safe.
public final class GitServer {
  private final Wire wire;
  private final ClientSettings settings;
  private final InstantSource clock;
  private final Credentials credentials;

  /// @param http must be [GitHubClient#newHttpClient]'s kind: it follows no redirect by itself
  public GitServer(
      HttpClient http, ClientSettings settings, InstantSource clock, Credentials credentials) {
    this.wire = new Wire(http);
    this.settings = settings;
    this.clock = clock;
    this.credentials = credentials;
  }

  /// How much one conversation may take.
  ///
  /// @param time from its first request to the last byte of its last answer
  /// @param bytes of all its answers together
  public record Limits(Duration time, int bytes) {

    /// @throws IllegalArgumentException if one is not positive
    public Limits {
      if (!time.isPositive() || bytes < 1) {
        throw new IllegalArgumentException(
            "limits must be positive, were " + time + " and " + bytes);
      }
    }
  }

  /// What one conversation is made of.
  record Means(Wire wire, ClientSettings settings, InstantSource clock, Credentials credentials) {}

  /// Begins to talk about a repository; nothing is sent yet.
  ///
  /// @param purpose for messages, such as `read 3 files of git-mastery/progress by git`
  /// @return empty if nobody knows where the git host of this API is
  public Optional<GitSession> open(Repository repository, Limits limits, String purpose) {
    Optional<URI> host = repository.api().gitHost();
    return host.map(known ->
        new GitSession(
            new Means(wire, settings, clock, credentials),
            new GitSession.Subject(repository, known, purpose),
            limits));
  }
}
