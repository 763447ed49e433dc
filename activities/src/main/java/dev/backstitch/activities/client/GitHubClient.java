package dev.backstitch.activities.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.backstitch.activities.client.Problem.Kind;
import dev.backstitch.orchestrator.quota.Permit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends one request and brings its whole answer back. Thread-safe.
///
/// Nothing is retried here: an attempt is the engine's, with a place in the history. Only redirects
/// are followed, by hand, because the token must not travel to another host.
public final class GitHubClient {
  private static final Logger log = LoggerFactory.getLogger(GitHubClient.class);
  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_PAGES = 20;
  private static final int REST_POINTS = 1;
  private static final String JSON = "application/vnd.github+json";

  /// The version whose answers this code was written against
  /// (https://docs.github.com/en/rest/about-the-rest-api/api-versions).
  private static final String API_VERSION = "2022-11-28";

  private final Wire wire;
  private final ClientSettings settings;
  private final InstantSource clock;
  private final Credentials credentials;
  private final ProblemReader problems;
  private final KnownAnswers known = new KnownAnswers();

  /// With the token of the settings.
  ///
  /// @param http must be [#newHttpClient]'s kind: it follows no redirect by itself
  public GitHubClient(HttpClient http, ClientSettings settings, InstantSource clock) {
    this(http, settings, clock, new OneToken(settings.token()));
  }

  /// @param http must be [#newHttpClient]'s kind: it follows no redirect by itself
  /// @param credentials in place of the settings' token
  public GitHubClient(
      HttpClient http, ClientSettings settings, InstantSource clock, Credentials credentials) {
    this.wire = new Wire(http);
    this.settings = settings;
    this.clock = clock;
    this.credentials = credentials;
    this.problems = new ProblemReader(credentials::masked, credentials::advice);
  }

  /// HTTP/1.1, because a connection that an HTTP/2 server closes politely fails every request on it
  /// with an exception that looks like any other.
  public static HttpClient newHttpClient(ClientSettings settings) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(settings.connectTimeout())
        .build();
  }

  /// Gets a REST path.
  ///
  /// @param path begins with a slash and is percent-encoded
  /// @param purpose for messages, such as `read the file progress.json`
  /// @return an answer with a status of 2xx, or with 304 and the body of an earlier one, if GitHub
  ///   says that it is still right
  /// @throws GitHubException for any other status, and if there is no complete answer
  public GitHubResponse get(ApiUrl api, String path, String accept, String purpose, Meter meter)
      throws InterruptedException {
    return answered(GitHubRequest.get(api, path, accept, purpose), meter);
  }

  /// Gets a list in all its pages, by the links that lead from one to the next.
  ///
  /// @param path begins with a slash and is percent-encoded
  /// @return the body of each page
  /// @throws GitHubException as for [#get], and if there are more than 20 pages
  public List<JsonNode> getPages(ApiUrl api, String path, String purpose, Meter meter)
      throws InterruptedException {
    List<JsonNode> pages = new ArrayList<>();
    GitHubRequest request = GitHubRequest.get(api, path, JSON, purpose);
    for (int page = 0; page < MAX_PAGES; page++) {
      GitHubResponse response = answered(request, meter);
      pages.add(response.json(purpose));
      Optional<URI> next = response.nextPage(request.uri()).filter(api::isSameOrigin);
      if (next.isEmpty()) {
        return pages;
      }
      request = request.at(next.get());
    }
    throw new GitHubException(
        Problem.of(
            Kind.TOO_BIG, "Could not " + purpose + ": there are more than 20 pages of a list."));
  }

  /// Sends a REST request that changes something.
  ///
  /// @return an answer with a status of 2xx
  /// @throws GitHubException for any other status, and if there is no complete answer: then nobody
  ///   knows whether it has taken effect ([Problem#leavesOutcomeUnknown])
  public GitHubResponse write(RestWrite write, Meter meter) throws InterruptedException {
    return answered(GitHubRequest.write(write), meter);
  }

  private GitHubResponse answered(GitHubRequest request, Meter meter) throws InterruptedException {
    GitHubResponse response = send(request, meter);
    if (response.status() / 100 == 2) {
      meter.countPoints(REST_POINTS, null);
      return response;
    }
    if (response.isConfirmation()) {
      return response;
    }
    Problem problem = problems.read(response, request.purpose());
    if (problem.isAboutTheRequest()) {
      meter.countPoints(REST_POINTS, null);
    }
    throw new GitHubException(problem);
  }

  /// Sends a request, follows its redirects, and returns the answer whatever its status. A token
  /// that is refused is replaced once, if there is another: a refused request has done nothing.
  ///
  /// @throws GitHubException if there is no complete answer
  GitHubResponse send(GitHubRequest request, Meter meter) throws InterruptedException {
    Repository home = meter.home();
    Token token = credentials.token(home, request.purpose());
    GitHubResponse response = follow(request, token, meter);
    if (response.status() != 401) {
      return response;
    }
    Token other = credentials.renewed(token, response.serverTime(), home, request.purpose());
    return other == token ? response : follow(request, other, meter);
  }

  private GitHubResponse follow(GitHubRequest request, Token token, Meter meter)
      throws InterruptedException {
    GitHubRequest hop = request;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      GitHubResponse response = exchange(hop, token, meter);
      Optional<URI> next = redirectOf(response, hop);
      if (next.isEmpty()) {
        return response;
      }
      if (!request.verb().isGraphQl()) {
        meter.countPoints(REST_POINTS, null);
      }
      hop = hop.at(next.get());
    }
    throw new GitHubException(
        Problem.of(
            Kind.UNEXPECTED,
            "Could not " + request.purpose() + ": more than " + MAX_REDIRECTS + " redirects."));
  }

  ProblemReader problems() {
    return problems;
  }

  private GitHubResponse exchange(GitHubRequest request, Token token, Meter meter)
      throws InterruptedException {
    boolean home = request.api().isSameOrigin(request.uri());
    Optional<GitHubResponse> before = home ? known.find(request, token) : Optional.empty();
    // What goes elsewhere is charged to nobody we know.
    QuotaReport quota = new QuotaReport(request, home ? meter.permit() : Permit.NONE);
    quota.before();
    meter.countRequest();
    Instant sentAt = clock.instant();
    GitHubResponse response;
    try {
      response =
          receive(
              wire.send(
                  httpRequest(request, home ? token : null, before),
                  settings.requestTimeout(),
                  settings.maxAnswerBytes()),
              sentAt);
    } catch (IOException failure) {
      log.debug(
          "event=github_request_failed purpose=\"{}\" failure=\"{}\"",
          request.purpose(),
          failure.toString());
      Problem problem =
          problems.read(
              failure, request.api().base(), request.purpose(), settings.requestTimeout());
      quota.failed(problem.kind());
      throw new GitHubException(problem, failure);
    } catch (InterruptedException interrupted) {
      quota.abandoned();
      throw interrupted;
    }
    boolean refused = response.status() == 403 || response.status() == 429;
    quota.after(response, refused ? problems.read(response, request.purpose()) : null);
    log.debug(
        "event=github_answered purpose=\"{}\" status={} millis={} requestId={}",
        request.purpose(),
        response.status(),
        response.receivedAt().toEpochMilli() - sentAt.toEpochMilli(),
        response.requestId());
    if (home) {
      known.keep(request, token, response);
    }
    return response.status() == 304 ? before.map(response::confirming).orElse(response) : response;
  }

  private HttpRequest httpRequest(
      GitHubRequest request, @Nullable Token token, Optional<GitHubResponse> before) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri())
            .timeout(settings.requestTimeout())
            .header("Accept", request.accept())
            .header("Accept-Encoding", "gzip")
            .header("User-Agent", settings.userAgent())
            .header("X-GitHub-Api-Version", API_VERSION);
    if (token != null) {
      builder.header("Authorization", token.authorization());
    }
    before
        .flatMap(answer -> answer.header("ETag"))
        .ifPresent(tag -> builder.header("If-None-Match", tag));
    String json = request.json();
    if (json == null) {
      return builder.method(request.verb().method(), BodyPublishers.noBody()).build();
    }
    return builder
        .header("Content-Type", "application/json")
        .method(request.verb().method(), BodyPublishers.ofString(json))
        .build();
  }

  private GitHubResponse receive(HttpResponse<byte[]> answer, Instant sentAt) throws IOException {
    Instant receivedAt = clock.instant();
    boolean gzip =
        answer.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
    byte[] body = gzip && answer.body().length > 0 ? inflated(answer.body()) : answer.body();
    return new GitHubResponse(
        answer.statusCode(),
        answer.headers(),
        new Body(body),
        Quota.of(answer.headers(), receivedAt),
        answer.headers().firstValue("X-GitHub-Request-Id").orElse(null),
        sentAt,
        receivedAt);
  }

  private byte[] inflated(byte[] compressed) throws IOException {
    int limit = settings.maxAnswerBytes();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      byte[] bytes = in.readNBytes(limit);
      if (in.read() != -1) {
        throw new BoundedBody.AnswerTooBigException(limit);
      }
      return bytes;
    }
  }

  /// Where an answer sends us, if it does and we follow. Only a GET is followed to another host,
  /// and never from https to http.
  private static Optional<URI> redirectOf(GitHubResponse response, GitHubRequest request) {
    int status = response.status();
    if (status != 301 && status != 302 && status != 307 && status != 308) {
      return Optional.empty();
    }
    return response
        .header("Location")
        .map(location -> request.uri().resolve(location))
        .filter(
            next -> request.verb() == GitHubRequest.Verb.GET || request.api().isSameOrigin(next))
        .filter(next ->
            "https".equals(next.getScheme())
                || ("http".equals(next.getScheme()) && "http".equals(request.uri().getScheme())));
  }
}
